"""Questions that ask two things, lead, are vague, long, absolute or doubly negative: pointed at, never forbidden.

The rules are those of the textbooks on questionnaires (Payne 1951; Dillman, Smyth and Christian 2014), the words a list for
each language: what stands on no list is not seen, and a word on it may be right where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cjmkit.errors import N_, Fault

MOST_WORDS, MOST_SIGNS = 20, 40
SIGN = re.compile(r"[A-Za-z0-9À-ɏ]+|\S")  # of Chinese; a name in other letters counts as one
QUOTED = re.compile(r"“[^”]*”|„[^”“]*[”“]|«[^»]*»|「[^」]*」|《[^》]*》|\"[^\"]*\"")
SENTENCES = {
    "double": N_("may ask two things at once (“{word}”): ask each by itself"),
    "leading": N_("may lead to an answer (“{word}”): ask so that every answer is as easy to give"),
    "vague": N_("means something else to everybody (“{word}”): name a number or a time"),
    "absolute": N_("leaves no middle (“{word}”): hardly anybody can say yes"),
    "negative": N_("says no twice (“{word}”): ask it the other way round"),
    "long": N_("is long ({n}): {most} are enough"),
}
# What looks like a fault and is none: fixed phrases, both ends of a scale, "how often".
HARMLESS: Mapping[str, str] = {
    "en": r"\b(friends?|family) (and|or) (family|friends?|colleagues?)|yes or no|more or less|whether or not|pros and cons|terms and conditions|bed (and|&) breakfast|black and white|click and collect"
    r"|track and trace|health and safety|lost and found|once or twice|one or two|two or three|^\W*and\b"
    r"|(\w+) or (un|dis|in|im)\w+|(un|dis|in|im)\w+ or \w+|from \w+( \w+)? to \w+( \w+)?|how (often|many|much(?! (do|did) you)|recently|soon|regularly|frequently)|if ever|if at all|worse or",
    "pl": r"\b(znajom\w+|rodzin\w+|przyjaci\w+|blisk\w+|kole[gż]\w+|koledze) (i|lub|albo|oraz) (znajom\w+|rodzin\w+|przyjaci\w+|blisk\w+|współprac\w+|kole[gż]\w+|koledze)|tak (lub|albo|czy) nie"
    r"|mniej (lub|albo) bardziej|imi\w+ i nazwisk\w+|(\w+) (lub|albo|czy) nie\w*|od \w+( \w+)? do \w+( \w+)?|gorsz\w+ (lub|albo)|(jak|kiedy|ile razy) (często|wiele|ostatnio|rzadko|regularnie)|raz (lub|albo) dwa|^\W*i\b",
    "ru": r"\b(друзь\w+|знаком\w+|родн\w+|близк\w+|колле\w+) (и|или) (друзь\w+|знаком\w+|родн\w+|близк\w+|колле\w+)|да или нет|более или менее|фамили\w+ и им\w+"
    r"|(\w+) или не\w*|от \w+( \w+)? до \w+( \w+)?|(как|насколько) (часто|регулярно|редко|недавно)|хуже или|раз или два|туда и обратно|^\W*и\b",
    "zh": r"(朋友|家人|亲友|同事)(和|或)(朋友|家人|亲友|同事)|是或否|或多或少|或许|[温共暖缓柔饱总]和|和[平谐解睦气]|和(我|您|你|他|她)|(?!是不是)(?P<same>.)不(?P=same)|不(同|错|过|少|久|便)|差不多|对不起"
    r"|非常|未来|无论|最近一次|多久|除非|参与|与(否|其|此)|与(我|您|你|他|她)|与[^，。？?]{1,12}(相比|联系|沟通|接触|交流|有关|一样|相符|一致)",
}  # fmt: skip
# Precision before reach: of adjectives only those that hardly stand in a fair question, milder ones only after "our".
FAULTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "double": r"\b(and|or|and/or|as well as)\b",
        "leading": r"\b((?<!why )(?<!what )(?<!where )(?<!when )(?<!who )(do|did|would|could|are|were|is|was|should|have|has)(n['’]t| (you|it|this|that|they|\w+ \w+) not)\b|"
        r"(?<!far )(?<!extent )(?<!strongly )(do|did|would) you (also )?(agree|admit) (with us\b|that\b|our\b)|how (bad|badly|poor|poorly|annoying|unpleasant|awful)\b(?! or)|(how much|why) (do|did) you (like|enjoy|love|hate|dislike)|"
        r"(great|excellent|amazing|awesome|fantastic|wonderful|outstanding|superb|perfect|terrible|horrible|awful|dreadful)\b|"
        r"our (new |own )?(friendly|helpful|convenient|improved|professional|innovative|popular)\b|as you know|obviously|of course|surely|most people|everybody knows)",
        "vague": r"\b(often|regularly|usually|frequently|recently|sometimes|normally|generally|occasionally|rarely|lately|a lot|many|etc)\b",
        "absolute": r"\b(always|never|every time|everybody|everyone|nobody|no one|completely|entirely|totally)\b",
        "negative": r"\b(not|never|no|\w+n['’]t)\b.*?\b(not|never|no|without|un(satisf|happy|clear|likely|able|necess|helpful|pleasant|comfort|fair)\w*|"
        r"dis(satisf|agree|like)\w*|impossible|inconvenient)\b",
    },
    "pl": {
        "double": r"\b(i|oraz|lub|albo|bądź|a także|jak również)\b",
        "leading": r"\b(czy (to |był\w* |było )?nie\b|czy ((pan|pani|państwo) )?(się )?zg(odz|adza)\w*( się)?( (pan|pani|państwo))?( z nami)?,? (że|z tym|z nami)\b|jak (bardzo )?(źle|kiepsk\w*|zł[aeiy])\b|nieprawdaż|prawda\?|(jak bardzo|dlaczego) (się )?(\w+ )?(podoba\w*|lubi\w*|smakowa\w*|ceni\w*)|"
        r"(świetn|wspania|doskona|znakomi|rewelacyjn|fantastyczn|okropn|fataln|straszn|beznadziejn)\w*|"
        r"nasz\w* (now\w+ )?(mił|profesjonaln|wygodn|nowoczesn|przyjazn|uprzejm|innowacyjn)\w*|oczywiście|jak wiadomo|z pewnością|większość (osób|ludzi|klientów))",
        "vague": r"\b(często|regularnie|zwykle|zazwyczaj|niedawno|ostatnio|czasami|czasem|rzadko|wiele|od czasu do czasu|itp|itd)\b",
        "absolute": r"\b(zawsze|nigdy|za każdym razem|wszyscy|nikt|całkowicie|absolutnie)\b",
        "negative": r"\bnie\b.*?\b(nie|bez|nie(zadowol|wygod|możliw|jasn|prawd|uprzejm|potrzeb|chęt)\w*)\b",
    },
    "ru": {
        "double": r"\b(и|или|а также|либо)\b",
        "leading": r"\b(не (\w+ )?(считаете|думаете|кажется|находите|согласны|правда) ли|не (был[аои]?|слишком|трудно|сложно) ли|(?<!насколько )(?<!насколько вы )(?<!степени )(?<!степени вы )согласны( ли)?( вы)?( с (нами|тем))?,? что|насколько (плох\w*|неприятн\w*)(?! или)|не правда ли|разве|неужели|согласитесь|"
        r"(насколько|как сильно|почему) вам (так )?(нрав|понрав)\w*|(отличн|прекрасн|замечательн|великолепн|превосходн|потрясающ|идеальн|ужасн|отвратительн|кошмарн)\w*|"
        r"наш\w* (нов\w+ )?(удобн|вежлив|дружелюбн|современн|профессиональн|инновационн)\w*|конечно|как известно|очевидно|большинство (людей|клиентов))",
        "vague": r"\b(часто|регулярно|обычно|недавно|иногда|редко|зачастую|в последнее время|время от времени|и т\.)",
        "absolute": r"\b(всегда|никогда|каждый раз|никто|полностью|абсолютно)\b",
        "negative": r"\bне\b.*?\b(не|без|нельзя|недовол\w*|неудоб\w*|невозмож\w*|непонятн\w*|неприятн\w*)\b",
    },
    "zh": {
        "double": r"和|与|以及|或者|或",
        "leading": r"难道|(不|是不是)[也都]*(觉得|认为)|是否[也都]+(觉得|认为)|是不是[也都]*不|(?<!程度上)(?<!程度)同意我们[^，。？?]*吗|有多(么)?(糟|差|坏)|有多(么)?(喜欢|享受|热爱)|为什么(这么)?喜欢|优秀的|出色|卓越|完美|一流|极佳|贴心|糟糕|恶劣|可怕"
        r"|众所周知|当然|显然|大多数人|大家都|吧[？?]",
        "vague": r"经常|通常|一般(来说|会|情况)|最近|有时|偶尔|常常|时常|往往|等等|定期|很多|不久",
        "absolute": r"总是|从不|从来|永远|每次都|所有的?[^，。？?的]{0,3}(人|员|客服|顾客|客户)|完全|绝对",
        "negative": r"(?<!是)[不没无未][^，。？?]*?(不|没有|无法|未)|(?<!是)不是不",
    },
}  # fmt: skip


def wording(text: str, language: str) -> list[Fault]:
    """What may be wrong with the words of a question, each with the words that it is about.

    Args:
        text: the question; what stands within quotation marks, such as a touchpoint's name, only counts for its length.
        language: its code; of one without a list only the length is looked at.

    Returns:
        Faults whose place is "double", "leading", "vague", "absolute", "negative" or "long".

    >>> [fault.place for fault in wording("Don't you always love our shop and our prices?", "en")]
    ['double', 'leading', 'absolute']
    """
    plain = re.sub(HARMLESS.get(language, r"(?!)"), "…", QUOTED.sub("…", text), flags=re.IGNORECASE)
    faults = []
    for kind, pattern in FAULTS.get(language, {}).items():
        if found := re.search(pattern, plain, re.IGNORECASE):
            faults.append(Fault(kind, SENTENCES[kind], {"word": _short(found[0])}))
    if "double" not in {fault.place for fault in faults} and len(re.findall(r"[?？]", QUOTED.sub("", text))) > 1:
        kind = "double"
        faults.insert(0, Fault(kind, SENTENCES[kind], {"word": "? … ?"}))
    n, most = (len(SIGN.findall(text)), MOST_SIGNS) if language == "zh" else (len(text.split()), MOST_WORDS)
    kind = "long"
    return [*faults, *([Fault(kind, SENTENCES[kind], {"n": n, "most": most})] if n > most else [])]


def _short(words: str) -> str:
    return words if len(words) <= 40 else f"{words[:18]} … {words[-18:]}"
