"""The request form, the confirm page and the receipt, used by a holder."""

from sqlalchemy import func, select

from anguan.models import ChangeRequest, Notice
from tests.support.client import AppClients
from tests.support.office_data import picture
from tests.support.portal_client import Holder, upload
from tests.support.sample_files.corpus import WRONG


def renewal(holder: Holder) -> int:
    """A renewal with a document for every material."""
    id = holder.begin("certificate_renewal", holder.scenario.certificate())
    holder.attach_materials(id)
    return id


def change(holder: Holder) -> int:
    """A change of the position with a document for every material."""
    id = holder.begin("certificate_change", holder.scenario.certificate())
    holder.save(id, save="1", **{"certificate.position": "总工程师"})
    holder.attach_materials(id)
    return id


def test_a_renewal_from_the_button_to_the_receipt(holder: Holder) -> None:
    id = renewal(holder)
    text = holder.open(f"/my/requests/{id}/edit")
    assert "若有错误，请返回“个人信息”" in text
    for word in ("承诺书", "延续申请表", "安全生产教育记录", "劳动合同和社保材料", "延续申请"):
        assert word in text
    assert holder.save(id, go="1").location.endswith("/confirm")
    answer = holder.submit(id, **holder.open_confirm(id))
    assert answer.location.endswith(f"/my/requests/{id}/receipt")
    text = holder.open(answer.location)
    row = holder.row(id)
    assert row.state == "submitted"
    assert row.number in text
    assert "已提交，待审核" in text
    assert "（含）前有结果" in text
    assert "icon--ok" not in holder.page
    assert 'class="verdict"' in holder.page


def test_a_draft_keeps_what_was_typed_even_wrong(holder: Holder) -> None:
    id = holder.begin("certificate_change", holder.scenario.certificate())
    wrong = {"certificate.holder_name": "岑😀", "certificate.position": "", "certificate.unit": "甲公司"}
    assert holder.save(id, save="1", **wrong).status_code == 302
    assert wrong.items() <= holder.typed(id).items()
    text = holder.open(f"/my/requests/{id}/edit")
    assert 'value="岑😀"' in holder.page
    assert "姓名里不能有表情或符号" in text
    assert "变更后职位" in text
    assert "请填写" not in text


def test_all_errors_are_shown_at_once_on_top_and_at_their_fields(holder: Holder) -> None:
    id = holder.begin("certificate_change", holder.scenario.certificate())
    answer = holder.save(id, go="1", **{"certificate.position": "", "certificate.title": "工程师"})
    assert answer.status_code == 422
    assert "<title>错误：证书变更" in holder.page
    for target in ("certificate.position", "paper.commitment", "paper.employment", "paper.id_back"):
        assert f'href="#{target}"' in holder.page
        assert f'id="{target}"' in holder.page
        assert f'id="{target}-error"' in holder.page
    assert "请填写职位" in holder.text
    assert holder.row(id).state == "draft"
    holder.save(id, go="1", **{"certificate.position": "项目负责人"})
    assert "没有变更任何内容" in holder.text


def test_a_wrong_file_does_not_discard_the_others(holder: Holder) -> None:
    id = holder.begin("certificate_change", holder.scenario.certificate())
    answer = holder.save(
        id,
        save="1",
        **{
            "certificate.position": "总工程师",
            "paper.id_back": upload("背面.jpg"),
            "paper.id_front": upload("正面.docx", b"PK\x03\x04 word/document.xml"),
            "paper.commitment": [upload("一.jpg"), upload("空.pdf", b"")],
            "certificate.photo": upload("小照片.jpg", picture(200, 260)),
        },
    )
    assert answer.status_code == 422
    for words in ("“正面.docx”是Word", "“空.pdf”是空文件", "“小照片.jpg”只有200×260像素"):
        assert words in holder.text
    assert holder.typed(id)["certificate.position"] == "总工程师"
    assert holder.files(id) == ["commitment", "id_back"]


def test_every_wrong_file_gets_its_sentence_and_the_rest_is_kept(holder: Holder) -> None:
    id = holder.begin("certificate_change", holder.scenario.certificate())
    assert len(WRONG) >= 25
    files = [*(upload(one.name, one.build()) for one in WRONG), upload("好的.jpg")]
    typed = {"certificate.position": "总工程师"}
    assert holder.save_heavy(id, {"paper.commitment": files}, go="1", **typed).status_code == 422
    for one in WRONG:
        assert one.words.replace(" ", "") in holder.text, one.label
    assert holder.text.count("承诺书：“") == len(WRONG)
    assert holder.files(id) == ["commitment"]
    assert holder.typed(id)["certificate.position"] == "总工程师"


def test_a_photo_is_seen_before_it_is_sent_and_can_be_taken_out(holder: Holder) -> None:
    id = holder.begin("certificate_change", holder.scenario.certificate())
    holder.save(id, save="1", **{"certificate.photo": upload("照片.jpg", picture(ink="green"))})
    holder.open(f"/my/requests/{id}/edit")
    attachment = holder.row(id).attachments[0].id
    assert f'src="/my/files/{attachment}"' in holder.page
    assert holder.browser.get(f"/my/files/{attachment}").mimetype == "image/jpeg"
    holder.open(f"/my/requests/{id}/edit")
    holder.save(id, remove=str(attachment))
    assert holder.files(id) == []
    assert holder.typed(id)["certificate.photo"] == ""


def test_a_number_left_empty_stays_and_is_shown_only_when_asked_for(holder: Holder) -> None:
    id = holder.begin("certificate_change", holder.scenario.certificate())
    number = holder.account.login
    holder.save(id, save="1", **{"certificate.document_number": ""})
    holder.open(f"/my/requests/{id}/edit")
    assert number not in holder.page
    assert number[:6] + "*" * 11 + number[-1] in holder.text
    assert holder.save(id, reveal="certificate.document_number").status_code == 200
    assert number in holder.page
    assert "证件号码" not in holder.save(id, go="1").text.split("</ul>")[0]


def test_the_work_unit_is_found_without_scripts(holder: Holder) -> None:
    id = holder.begin("certificate_change", holder.scenario.certificate())
    other = holder.scenario.firm(1)
    answer = holder.save(id, find="certificate.unit", **{"certificate.unit.find": "乙水利"})
    assert f'<option value="{other.id}">{other.name}' not in holder.open(f"/my/requests/{id}/edit")
    holder.open(answer.location.split("#")[0])
    assert f'<option value="{other.id}">{other.name}' in holder.page
    answer = holder.save(id, find="certificate.unit", **{"certificate.unit.find": "没有这家%_"})
    assert "没有找到名称含“没有这家%_”的单位" in holder.open(answer.location.split("#")[0])


def test_the_work_unit_is_found_by_scripts(holder: Holder) -> None:
    found = holder.browser.get("/my/enterprises?q=乙水利").json
    assert [row["label"] for row in found] == [holder.scenario.firm(1).name]
    assert holder.scenario.firm(1).uscc not in str(found)
    assert holder.browser.get("/my/enterprises?q=%25").json == []
    assert holder.browser.get("/my/enterprises?q=甲").json == []


def test_alternative_materials_may_be_uploaded(holder: Holder) -> None:
    id = holder.begin("certificate_renewal", holder.scenario.certificate())
    assert "退休证明" not in holder.open(f"/my/requests/{id}/edit").replace("用退休证明", "")
    holder.save(id, save="1", **{"instead.employment": "retiree"})
    text = holder.open(f"/my/requests/{id}/edit")
    for word in ("退休证明", "劳务合同", "意外伤害保险"):
        assert f'id="paper.{word}' not in holder.page
        assert word in text
    assert 'id="paper.employment"' not in holder.page
    holder.attach_materials(id)
    assert holder.submit(id, **holder.open_confirm(id)).location.endswith("/receipt")


def test_a_document_on_record_is_used_again(holder: Holder) -> None:
    first = renewal(holder)
    holder.submit(first, **holder.open_confirm(first))
    holder.send(f"/my/requests/{first}/withdraw")
    second = holder.begin("certificate_renewal", holder.scenario.certificate(kind="C"))
    text = holder.open(f"/my/requests/{second}/edit")
    assert "从已有材料中选用" in text
    earlier = next(row.id for row in holder.row(first).attachments if row.material == "training")
    holder.save(second, again=f"training:{earlier}")
    assert holder.files(second) == ["training"]
    assert holder.save(second, again="training:999999").status_code == 404


def test_the_page_saves_itself(holder: Holder) -> None:
    id = holder.begin("certificate_change", holder.scenario.certificate())
    token = holder.browser.token
    answer = holder.browser.client.post(
        f"/my/requests/{id}/edit",
        data={"csrf_token": token, "certificate.position": "总监", "save": "1"},
        headers={"X-Autosave": "1"},
    )
    assert answer.status_code == 200
    assert holder.typed(id)["certificate.position"] == "总监"


def test_the_confirm_page_shows_changes_and_folds_the_rest(holder: Holder) -> None:
    id = change(holder)
    text = holder.open(f"/my/requests/{id}/confirm")
    assert "要变更的1项" in text
    assert "<del>项目负责人</del>" in holder.page
    assert "<ins>总工程师</ins>" in holder.page
    assert f'href="/my/requests/{id}/edit#certificate.position"' in holder.page
    assert "提交变更申请" in text
    for line in ("本人提交的变更内容和全部材料真实", "8个工作日内"):
        assert line in text


def test_a_draft_with_errors_has_no_confirm_page(holder: Holder) -> None:
    id = holder.begin("certificate_renewal", holder.scenario.certificate())
    assert holder.browser.get(f"/my/requests/{id}/confirm").location.endswith(f"/{id}/edit?check=1")


def test_without_the_commitment_nothing_is_filed(holder: Holder) -> None:
    id = renewal(holder)
    form = holder.open_confirm(id) | {"promise": ""}
    assert holder.submit(id, **form).status_code == 422
    assert 'href="#promise"' in holder.page
    assert holder.row(id).state == "draft"


def test_the_same_page_sent_twice_files_once(holder: Holder) -> None:
    id = renewal(holder)
    form = holder.open_confirm(id)
    first, second = holder.submit(id, **form), holder.submit(id, **form)
    assert first.location == second.location
    assert holder.row(id).round == 1
    session = holder.scenario.session
    assert session.scalar(select(func.count()).select_from(ChangeRequest)) == 1
    told = select(func.count()).where(Notice.account_id == holder.account.id)
    assert session.scalar(told) == 1


def test_two_tabs_and_the_way_back_file_once(holder: Holder) -> None:
    id = renewal(holder)
    one, two = holder.open_confirm(id), holder.open_confirm(id)
    assert one["key"] != two["key"]
    assert holder.submit(id, **one).location.endswith("/receipt")
    assert holder.submit(id, **two).location.endswith(f"/my/requests/{id}")
    assert "已经提交过了" in holder.open(f"/my/requests/{id}")
    for page in ("confirm", "edit"):
        assert holder.browser.get(f"/my/requests/{id}/{page}").location.endswith(f"/my/requests/{id}")
    assert holder.row(id).round == 1


def test_one_key_with_another_content_is_refused(holder: Holder) -> None:
    id = renewal(holder)
    form = holder.open_confirm(id)
    holder.submit(id, **form)
    assert holder.submit(id, **form, more="x").status_code == 409


def test_an_outdated_confirm_page_is_shown_again(holder: Holder) -> None:
    id = change(holder)
    form = holder.open_confirm(id)
    holder.save(id, save="1", **{"certificate.position": "副总工程师"})
    assert holder.submit(id, **form).status_code == 409
    assert "在别的窗口里改过" in holder.text
    assert "<ins>副总工程师</ins>" in holder.page
    assert holder.row(id).state == "draft"


def test_a_form_left_open_after_filing_changes_nothing(holder: Holder) -> None:
    id = change(holder)
    holder.submit(id, **holder.open_confirm(id))
    answer = holder.save(id, save="1", **{"certificate.position": "会计", "paper.id_back": upload()})
    assert answer.status_code == 409
    assert holder.typed(id)["certificate.position"] == "总工程师"
    for words in ("已经提交", "会计", "您选的文件也没有保存"):
        assert words in holder.text


def test_after_a_return_only_the_named_items_are_open(holder: Holder) -> None:
    id = change(holder)
    holder.submit(id, **holder.open_confirm(id))
    remarks = {"field:certificate.position": "职位请与任命书一致", "paper:employment": "缺二维码"}
    holder.scenario.decide(holder.row(id), "return", remarks=remarks)
    text = holder.open(f"/my/requests/{id}/edit")
    assert text.index("退回补正：共2项") < text.index("职位请与任命书一致") < text.index("变更内容")
    assert 'name="certificate.position"' in holder.page
    assert 'name="certificate.holder_name"' not in holder.page
    assert 'name="paper.employment"' in holder.page
    assert 'name="paper.commitment"' not in holder.page
    assert "已完成0/2" in text
    assert holder.browser.get(f"/my/requests/{id}/confirm").location.endswith("edit?check=1")
    text = holder.open(f"/my/requests/{id}/edit?check=1")
    assert text.count("还没有补正。请修改，或写明不用改的原因") == 4
    assert 'href="#answer.paper:employment"' in holder.page
    assert 'id="answer.paper:employment"' in holder.page
    holder.save(id, save="1", **{"answer.paper:employment": "二维码在背面"})
    text = holder.open(f"/my/requests/{id}/edit")
    assert "已完成1/2" in text
    assert "已说明" in text
    assert "二维码在背面" in text
    form = {"certificate.position": "安全总监", "certificate.holder_name": "别人"}
    holder.save(id, save="1", **form, **{"paper.employment": upload("新.jpg", picture(ink="black"))})
    assert "certificate.holder_name" not in holder.typed(id)
    assert holder.submit(id, **holder.open_confirm(id)).location.endswith("/receipt")
    row = holder.row(id)
    assert (row.state, row.round) == ("submitted", 2)


def test_a_cancellation_must_be_confirmed_by_typing(holder: Holder) -> None:
    certificate = holder.scenario.certificate()
    id = holder.begin("certificate_cancellation", certificate)
    holder.save(id, save="1", **{"certificate.status_reason": "解除劳动关系"})
    holder.attach_materials(id)
    form = holder.open_confirm(id)
    assert "注销后证书立即失效，不能恢复" in holder.text
    for typed in ("", "0000"):
        assert holder.submit(id, **form, confirm=typed).status_code == 422
        assert 'href="#confirm"' in holder.page
        form = {**form, **holder.open_confirm(id)}
    assert certificate.number
    assert holder.submit(id, **form, confirm=f" {certificate.number[-4:]} ").location.endswith("/receipt")


def test_the_first_change_of_a_paper_certificate_brings_the_photo_along(clients: AppClients) -> None:
    paper = Holder(clients, clients.scenario.paper_holder)
    certificate = clients.scenario.certificate(paper.account)
    with clients.rows() as session:
        session.merge(certificate).photo = None
    id = paper.begin("certificate_change", certificate)
    assert paper.files(id) == ["certificate.photo"]
    text = paper.open(f"/my/requests/{id}/edit")
    assert "原纸质证书扫描件" in text
    assert "下载变更证书承诺书(模板)" in text
    for hint in "①②③④⑤⑥⑦":
        assert hint in text
