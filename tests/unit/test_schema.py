"""publisher/schema: what editors are told is what the program takes; made from the tables, and up to date."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from publisher import config, schema, texts
from publisher.config import keys, values
from publisher.content.facts import KEYS, understand
from publisher.content.text import Draft
from publisher.content.values import BadValue, to_time
from publisher.content.vocabulary import inner, key_of
from publisher.schema import post, schedule, shapes
from publisher.yaml_lines import YamlError, load_yaml
from tests.unit import test_cards, test_config

ROOT = Path(__file__).parents[2]
SCHEMAS = schema.schemas("id")
SCHEDULE = Draft202012Validator(SCHEMAS["schedule.json"])
POST = Draft202012Validator(SCHEMAS["post.json"])
CARD = Draft202012Validator(SCHEMAS["card.json"])
SAMPLES = sorted(path for path in (ROOT / "content").rglob("*.md") if path.read_text().startswith("---\n"))


def front_of(path: Path) -> Any:
    return load_yaml(path.read_text(encoding="utf-8").split("\n---\n")[0].removeprefix("---\n")).data


# ── They are right, and up to date ───────────────────────────────────────────


@pytest.mark.parametrize("name", SCHEMAS)
def test_they_are_schemas(name):
    """All are valid JSON Schemas of draft 2020-12."""
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_sample_workspaces_are_current(name):
    """The files in schema/ are what `make golden` writes; run it after a change of keys or options."""
    assert json.loads((ROOT / "schema" / name).read_text(encoding="utf-8")) == SCHEMAS[name]


def test_writing_again_changes_nothing(tmp_path):
    """The first time all files are written, the second time none."""
    assert [path.as_posix() for path in schema.write(tmp_path, "en")] == [
        "schema/schedule.json",
        "schema/post.json",
        "schema/card.json",
    ]
    assert schema.write(tmp_path, "en") == []


def test_every_key_is_described_in_both_languages():
    """An editor shows a sentence for each key, in the reader's language, and no raw id."""
    told = {language: schema.schemas(language) for language in texts.languages()}
    for language, both in told.items():
        for name, named in (("schedule.json", keys.KEYS), ("post.json", KEYS)):
            properties = both[name]["properties"]
            assert set(named) <= set(properties)
            assert all(properties[key]["description"] for key in named), language
        assert not re.search(r'"schema\.[a-z_]+"', json.dumps(both))
    assert told["id"] != told["en"]


def test_the_settings_name_their_schema():
    """The first line of the shipped schedule.yaml leads an editor to the schema, without network."""
    first = (ROOT / "schedule.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=schema/schedule.json"


# ── They take what the program takes ─────────────────────────────────────────


def test_the_shipped_settings_conform():
    """schedule.yaml as `init` writes it has no squiggle."""
    assert not list(SCHEDULE.iter_errors(load_yaml((ROOT / "schedule.yaml").read_text()).data))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_the_samples_conform(path):
    """Nor has the front matter of any sample."""
    assert not list(POST.iter_errors(front_of(path)))


@pytest.mark.parametrize(
    "front",
    [
        "terbit: 2026-11-24 08.00 WIB\nkanal: IG, FB\ntagar: '#Natuna #PPID'\nmendesak: ya\n",
        "Terbit Sebelum: Selasa, 24 November 2026 pukul 08.00\nJudul: 2026\n",
        "toleransi: 2 jam\nfoto: [{berkas: a.jpg, keterangan: Rapat, fokus: '0.5, 0.3'}]\nFoto 2: Rapat\n",
        "X: {utas: ya, teks: Ringkas}\nfacebook: {komentar_pertama: Halo}\n",
        "title:\ndraft: yes\nmedia: a.jpg\n",
        "Bentuk gambar: Potong\nlatar: Warna kantor\n",
        "fit: pad\nbackground: '#0b5FA5'\n",
    ],
)
def test_indonesian_words_conform(front):
    """Words that content understands are no mistake to an editor either."""
    assert not list(POST.iter_errors(load_yaml(front).data))


@cache
def _matching(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(pattern, fullmatch=True, alphabet=st.characters(codec="ascii", min_codepoint=32))


def value(shape: Any, draw: Any, root: Any) -> Any:
    """Some value of a shape; of its examples, where there are some: patterns have a test of their own."""
    if "$ref" in shape:
        target = root
        for piece in shape["$ref"].removeprefix("#/").split("/"):
            target = target[piece]
        return value(target, draw, root)
    if "examples" in shape:
        return draw(st.sampled_from(shape["examples"]))
    if "const" in shape or "enum" in shape:
        return draw(st.sampled_from(shape.get("enum", [shape.get("const")])))
    if "anyOf" in shape and "type" not in shape:
        return value(draw(st.sampled_from(shape["anyOf"])), draw, root)
    kinds = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    kind = draw(st.sampled_from(kinds))
    if kind == "object":
        either = draw(st.sampled_from(shape["anyOf"]))["required"] if "anyOf" in shape else ()
        needed = ("file", *either, *shape.get("required", ()))
        return {
            key: value(inner, draw, root)
            for key, inner in shape.get("properties", {}).items()
            if key in needed or draw(st.booleans())
        }
    if kind == "array":
        size = st.integers(shape.get("minItems", 0), shape.get("maxItems", 3))
        return [value(shape["items"], draw, root) for _ in range(draw(size))]
    return draw(
        {
            "null": st.none(),
            "boolean": st.booleans(),
            "integer": st.integers(shape.get("minimum", 0), 10**6),
            "number": st.integers(shape.get("minimum", 0), shape.get("maximum", 10**6)),
            "string": _matching(shape["pattern"])
            if "pattern" in shape
            else st.text("abc ", min_size=1).filter(str.strip),
        }[kind]
    )


@st.composite
def settings_files(draw: st.DrawFn) -> Any:
    """A schedule.yaml that the schema takes; what JSON Schema cannot say is made to hold."""
    made = value(SCHEMAS["schedule.json"], draw, SCHEMAS["schedule.json"])
    channel = SCHEMAS["schedule.json"]["properties"]["channels"]["additionalProperties"]
    channels = {}
    for label in ("fb", "x"):
        base = {"properties": {k: v for k, v in channel["properties"].items() if k in keys.CHANNEL_KEYS}}
        one = value({"type": "object", "required": channel["required"], **base}, draw, channel)
        one["account"] = draw(_matching("[a-z0-9]{1,20}")) + label
        own = next(
            c["then"]
            for c in channel["allOf"]
            if c["if"]["properties"]["platform"]["const"] == one["platform"]
        )
        one |= {k: value(v, draw, channel) for k, v in own["properties"].items() if v and draw(st.booleans())}
        channels[label] = one
    made["channels"] = channels
    used = {one["platform"] for one in channels.values()}
    if made.get("defaults"):
        made["defaults"] = {
            k: v
            for k, v in made["defaults"].items()
            if k in used
            or "properties" not in SCHEMAS["schedule.json"]["properties"]["defaults"]["properties"][k]
            or k == "complaints"
        }
    if made.get("log"):
        made["workspace"] = "natuna"
    if made.get("quiet"):
        hours = made["quiet"].get("hours") or []
        made["quiet"]["hours"] = [h for h in hours if len(set(map(minutes, h.split("-")))) == 2]
        for key in ("dates", "workdays"):
            made["quiet"][key] = [d for d in made["quiet"].get(key) or [] if int(d.strip()[-2:]) <= 28]
            made["quiet"][key] = [d for d in made["quiet"][key] if not d.strip().startswith("0000")]
        made["quiet"]["workdays"] = [
            d
            for d in made["quiet"]["workdays"]
            if d.strip() not in {x.strip() for x in made["quiet"]["dates"]}
        ]
    return made


def minutes(text: str) -> int:
    hour, minute = re.split("[:.]", text.strip())
    return int(hour) * 60 + int(minute)


PATTERNS = {
    "slot": (schedule.SLOT, values.slot),
    "hours": (schedule.HOURS, values.hours),
    "duration": (shapes.DURATION["anyOf"][0], values.duration),
    "token": (schedule.CHANNEL["token"], values.token),
    "time": (post.TIME["anyOf"][0], lambda text: to_time(text, "Asia/Jakarta")),
}


@pytest.mark.parametrize("name", PATTERNS)
@settings(max_examples=25)
@given(data=st.data())
def test_what_a_pattern_takes_is_taken(name, data):
    """Slots, hours, durations, tokens and times: whatever the pattern lets pass, the parser reads."""
    shape, parse = PATTERNS[name]
    text = data.draw(_matching(shape["pattern"]))
    try:
        parse(text)
    except (values.WrongValue, BadValue) as wrong:
        code = wrong.code
        assert code in ("config.hours", "content.no_such_time"), text
        assert code != "config.hours" or len(set(map(minutes, text.split("-")))) == 1


@settings(max_examples=30)
@given(settings_files())
def test_settings_that_the_schema_takes_are_taken(tmp_path_factory, made):
    """Whatever an editor lets pass, the program reads without a word."""
    assert not list(SCHEDULE.iter_errors(made))
    root = tmp_path_factory.mktemp("desk")
    (root / "ca.pem").touch()
    (root / "brand").mkdir()
    (root / "brand" / "logo.png").touch()
    (root / "schedule.yaml").write_text(json.dumps(made), encoding="utf-8")
    assert config.load(root).channels


@pytest.mark.parametrize("host", SCHEMAS["schedule.json"]["properties"]["media_host"]["anyOf"])
@settings(max_examples=25)
@given(data=st.data())
def test_every_kind_of_media_host_is_taken(tmp_path_factory, host, data):
    """Each kind by itself, whichever of its keys are there: an editor and the program agree."""
    if host.get("type") == "null":
        return
    made = {"timezone": "WIB", "channels": {"fb": {"platform": "facebook", "account": "1"}}}
    made["media_host"] = value(host, data.draw, host)
    root = tmp_path_factory.mktemp("desk")
    (root / "schedule.yaml").write_text(json.dumps(made), encoding="utf-8")
    assert not list(SCHEDULE.iter_errors(made))
    assert config.load(root).media_host.kind == made["media_host"]["kind"]


@settings(max_examples=50)
@given(st.data())
def test_front_matter_that_the_schema_takes_is_taken(data):
    """Likewise a post's facts, times that contradict each other and dates that are none aside."""
    shape = SCHEMAS["post.json"]
    made = value(shape, data.draw, shape)
    assert not list(POST.iter_errors(made))
    facts = {key: as_typed(one) for key, one in made.items()}
    wrong = understand(Draft("", 1, facts=facts), "Asia/Jakarta").wrong
    assert {code for code, _, _ in wrong} <= {"content.contradiction", "content.no_such_time"}


def as_typed(value: Any) -> Any:
    """As front matter gives it to content: every scalar as text."""
    if isinstance(value, dict):
        return {key: as_typed(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_typed(one) for one in value]
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def designs() -> list[Path]:
    return sorted((ROOT / "templates" / "cards").glob("*.yaml"))


@pytest.mark.parametrize("path", designs(), ids=lambda path: path.stem)
def test_shipped_designs_of_cards_pass(path):
    """An editor marks nothing in them, and finds the schema by their first line."""
    text = path.read_text(encoding="utf-8")
    assert not list(CARD.iter_errors(load_yaml(text).data))
    first = text.partition("\n")[0]
    assert first == "# yaml-language-server: $schema=../../schema/card.json"


@pytest.mark.parametrize(("text", "code", "line"), test_cards.mistakes())
def test_mistakes_in_a_design_are_refused_by_both(text, code, line):
    """Names of colours and files aside, which only the program knows, and what hangs on two numbers."""
    if code not in (
        "cards.colour",
        "cards.font",
        "cards.sizes",
        "cards.no_room",
        "cards.no_frame",
    ) and not code.startswith("yaml."):
        assert list(CARD.iter_errors(load_yaml(text).data))


# ── They refuse what the program refuses ─────────────────────────────────────

# What JSON Schema cannot say: files, variables, labels and accounts that are there twice, days that are not.
BEYOND = {
    *(
        "config.label_twice",
        "config.account_twice",
        "config.no_file",
        "config.log_unset",
        "config.subdivision",
    ),
    *(
        "config.no_brand_colour",
        "config.timezone",
        "config.day_twice",
        "config.date",
        "config.curly_quotes",
        "config.keep_media",
    ),
}


def mistakes() -> list[tuple[str, str]]:
    """The mistakes that test_config.py knows, with the code of the first."""
    (cases,) = (m.args[1] for m in test_config.test_a_mistake_is_named_with_its_line.pytestmark)
    return [(text, expected[0][0]) for text, expected in cases]


@pytest.mark.parametrize(("text", "code"), mistakes())
def test_mistakes_in_settings_are_refused_by_both(text, code):
    """What the program refuses an editor marks, as far as a schema can say it."""
    try:
        refused = list(SCHEDULE.iter_errors(load_yaml(text).data))
    except YamlError:
        return  # an editor sees what is no YAML without us
    assert bool(refused) or code in BEYOND


@pytest.mark.parametrize(
    "front",
    [
        "titel: x\n",
        "publish_at: besok\n",
        "publish_at: 2026-11-24\n",
        "publish_at: 2026-13-24 08:00\n",
        "publish_at: 2026-11-24 25:00\n",
        "date: 24-11\n",
        "grace: 2\n",
        "grace: dua jam\n",
        "draft: maybe\n",
        "link: natunakab.go.id\n",
        "channels: []\n",
        "hashtags: {a: b}\n",
        "media: [{alt: x}]\n",
        "media: [{file: a.jpg, fokus: '2, 0'}]\n",
        "media: [{file: a.jpg, size: 1}]\n",
        "id: a b\n",
        "facebook: {thread: true}\n",
        "twitter: {reply_settings: friends}\n",
        "twitter: yes\n",
        "urgent: 1\n",
        "fit: refuse\n",
        "background: biru\n",
    ],
)
def test_mistakes_in_front_matter_are_refused_by_both(front):
    """Unknown keys, loose times, numbers without a unit: marked while typing, refused by check."""
    data = load_yaml(front).data
    assert list(POST.iter_errors(data))
    facts = {key_of(key) or key: inner(key_of(key) or key, as_typed(one)) for key, one in data.items()}
    assert understand(Draft("", 1, facts=facts), "Asia/Jakarta").wrong
