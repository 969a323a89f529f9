"""The keys of schedule.yaml, and the words that those with a choice may hold."""

FILE = "schedule.yaml"
LANGUAGES = ("id", "en")
APPROVALS = ("none", "required")
UNSUPPORTED = ("skip", "card", "error")
LONG_TEXT = ("lead", "thread", "error")
BOLD = ("plain", "typed")
MODES = ("auto", "assisted")
FIT = ("pad", "crop", "refuse")
MOST_ENLARGED = 8
"""Of `enlarge`: beyond that nothing is left of a picture but its colours."""
FITTING_KEYS = ("unsupported", "card", "long_text", "bold", "fit", "background", "enlarge")
KEYS = (
    *("workspace", "timezone", "language", "grace", "approval", "approvers"),
    *("defaults", "channels", "quiet", "network", "log", "sandbox", "media_host", "notify", "brand"),
    "keep_media",
    "encoding_limit",
)
CHANNEL_KEYS = (
    *("platform", "account", "app", "token", "mode", "slots", "spacing"),
    *("grace", "approval", "quota", "budget_usd", "default", "topics"),
    *FITTING_KEYS,
)
COMPLAINT_KEYS = ("name", "sms", "url", "topics")
BRAND_KEYS = ("name", "logo", "colour", "accent")
QUIET_KEYS = ("hours", "holidays", "dates", "workdays")
