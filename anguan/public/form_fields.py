"""The two fields of the certificate verification as form macros render them."""

from anguan.web.forms import FormField


def check_fields(number: str = "", name: str = "") -> tuple[FormField, FormField]:
    """证书编号 and 持证人姓名, with what was typed."""
    return (
        FormField(
            "number",
            "证书编号",
            hint="在证书右上方，例如 水安B20240000123",
            value=number,
            attributes={"autocomplete": "off", "spellcheck": "false", "maxlength": "100"},
        ),
        FormField(
            "name",
            "持证人姓名",
            value=name,
            attributes={"autocomplete": "off", "spellcheck": "false", "maxlength": "200"},
        ),
    )
