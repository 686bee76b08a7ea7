"""The catalogue: all matters in menu order."""

from anguan.core.matter import Matter
from anguan.matters.certificate_cancellation import MATTER as CERTIFICATE_CANCELLATION
from anguan.matters.certificate_change import MATTER as CERTIFICATE_CHANGE
from anguan.matters.certificate_correction import MATTER as CERTIFICATE_CORRECTION
from anguan.matters.certificate_reissue import MATTER as CERTIFICATE_REISSUE
from anguan.matters.certificate_renewal import MATTER as CERTIFICATE_RENEWAL
from anguan.matters.certificate_sanction import MATTER as CERTIFICATE_SANCTION
from anguan.matters.identity_change import MATTER as IDENTITY_CHANGE
from anguan.matters.person_correction import MATTER as PERSON_CORRECTION
from anguan.matters.profile_change import MATTER as PROFILE_CHANGE

CATALOG: tuple[Matter, ...] = (
    CERTIFICATE_RENEWAL,
    CERTIFICATE_CHANGE,
    CERTIFICATE_REISSUE,
    CERTIFICATE_CANCELLATION,
    IDENTITY_CHANGE,
    PROFILE_CHANGE,
    CERTIFICATE_CORRECTION,
    PERSON_CORRECTION,
    CERTIFICATE_SANCTION,
)
