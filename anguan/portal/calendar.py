"""The holder's deadlines as a calendar file (RFC 5545)."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from anguan.core import clock
from anguan.domain.certificates import renewal_window
from anguan.domain.policies import Policies
from anguan.models import Certificate

_LINE = 75


def write_calendar(certificates: Iterable[Certificate], policies: Policies, address: str) -> str:
    """Two all-day events per certificate: renewal opens, renewal ends."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//anguan//ZH", "CALSCALE:GREGORIAN"]
    for certificate in certificates:
        opens, last = renewal_window(certificate.valid_until, policies)
        kind = str(certificate.kind)
        lines += _day(f"opens-{certificate.id}", opens, f"{kind}证书可以办理延续", address)
        lines += _day(f"ends-{certificate.id}", last, f"{kind}证书延续最后一天（24:00 前提交）", address)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))


def _day(key: str, day: date, words: str, address: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{key}-{day:%Y%m%d}@anguan",
        f"DTSTAMP:{clock.now():%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{words.replace(',', chr(92) + ',').replace(';', chr(92) + ';')}",
        f"URL:{address}/my/certificates",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{words}",
        "TRIGGER:-P7D",
        "END:VALARM",
        "END:VEVENT",
    ]


def _fold(line: str) -> Iterator[str]:
    """Fold a line at 75 octets without cutting a character; continuation lines begin with a space."""
    part = ""
    for char in line:
        if len((part + char).encode()) > _LINE:
            yield part
            part = " "
        part += char
    yield part
