"""The paragraph for the methods section of a paper: what a model was made of and how, in English or Korean.

    We trained skip-gram vectors with negative sampling (Mikolov et al. 2013) by w2v 0.2.0 on tales.txt (...). ...

All of it comes from ``model.json``. What an early version did not record is left out. `w2vcli.models.references` has
the publications.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import PurePath
from typing import Any, NamedTuple

from w2vcli.escaping import visible
from w2vcli.models.facts import Facts
from w2vcli.models.runs import Run
from w2vcli.models.variants import VariantsMade

_KOREAN = "ko"
_MOST_SOURCES = 3
_STANDARD_INPUT = ("standard input", "표준 입력")
# Of each sentence the English and the Korean form.
_SENTENCES: Mapping[str, tuple[str, str]] = {
    "trained": (
        "We trained {architecture} vectors with {output} (Mikolov et al. 2013a, 2013b{subwords}) by w2v {w2v}"
        " (engine {engine}) on {sources}.",
        "w2v {w2v}(엔진 {engine})으로 {sources}에서 {output}을 쓰는 {architecture} 벡터를 학습하였다"
        "(Mikolov et al. 2013a, 2013b{subwords}).",
    ),
    "from_elsewhere": (
        "It all began with the model {model}, which was trained elsewhere.",
        "처음에는 다른 곳에서 학습한 모델 {model}에서 시작하였다.",
    ),
    "continued": (
        "The training went on from a model that was trained before; {trainings} trainings are recorded, and this"
        " describes the last.",
        "이미 학습한 모델에서 이어서 학습하였다. 기록된 학습은 {trainings}번이고, 여기에는 마지막 학습을 적는다.",
    ),
    "begun": (
        "{found} of the words began with the vectors of {model}, which {fate}.",
        "{found}단어는 {model}의 벡터로 시작하였고, 이 벡터는 {fate}.",
    ),
    "text": (
        "The text has {bytes} bytes, {sentences} sentences and {read} tokens.",
        "글은 {bytes}바이트, {sentences}문장, {read}토큰이다.",
    ),
    "undecodable": (
        "{count} bytes could not be decoded.",
        "{count}바이트는 디코딩할 수 없었다.",
    ),
    "tokenizer": (
        "It was tokenized by the tokenizer {tokenizer}{version}{lowercase}.",
        "토크나이저 {tokenizer}{version}로 토큰화하였{lowercase}다.",
    ),
    "left_out": (
        "Before training, {stop_words} tokens were left out as stop words and {numbers} as numbers, and {joined} were"
        " joined to the word before as a phrase.",
        "학습하기 전에 불용어 {stop_words}토큰과 숫자 {numbers}토큰을 제외하고, {joined}토큰을 앞 단어와 묶어 구로"
        " 만들었다.",
    ),
    "vocabulary": (
        "Words seen fewer than {min_count} times were left out, which leaves a vocabulary of {words} words.",
        "{min_count}번보다 적게 나온 단어는 제외하여 어휘는 {words}단어이다.",
    ),
    "settings": (
        "The vectors have {vector_size} dimensions. The window was {window}{shrunk}{noise}, {sample}, and the"
        " learning rate went from {alpha} to {min_alpha} in {epochs} {epoch_s}, with {workers} {worker_s} and seed"
        " {seed}.",
        "벡터는 {vector_size}차원이다. 윈도우는 {window}{shrunk}{noise}, {sample},"
        " 에포크는 {epochs}번, 학습률은 {alpha}에서 {min_alpha}까지, 스레드는 {workers}개, 시드는 {seed}이다.",
    ),
    "receipt": (
        "Of the {total} tokens of all epochs, {trained} % were trained, {subsampled} % subsampled, {below} % below"
        " min-count and {held_out} % held out.",
        "모든 에포크의 {total}토큰 가운데 {trained} %를 학습하였고, {subsampled} %는 서브샘플링으로 빠졌으며,"
        " {below} %는 최소 빈도에 못 미쳤고, {held_out} %는 떼어 두었다.",
    ),
    "loss": (
        "The mean loss on {examples} held-out examples was {loss} after the last epoch.",
        "떼어 둔 예 {examples}개의 평균 손실은 마지막 에포크 뒤에 {loss}이다.",
    ),
    "machine": (
        "The training ran on {system} with {versions}.",
        "학습 환경은 {system}, {versions}이다.",
    ),
    "threads": (
        "With several workers, the same training gives slightly other vectors each time.",
        "스레드가 여럿이면 같은 학습도 매번 조금 다른 벡터를 낸다.",
    ),
    "variants": (
        "To see how far answers depend on this corpus, the training was repeated as {count} variants with {epochs}"
        " {epoch_s}, the seeds {first} to {last}, and random weights for {units}. The weights are exponential with a"
        " mean of 1 (the Bayesian bootstrap, Rubin 1981; on stability, Antoniak and Mimno 2018), so that no part of the"
        " corpus is left out.",
        "답이 이 말뭉치에 얼마나 달려 있는지 보려고 학습을 변형 {count}개로 되풀이하였다. 에포크는 {epochs}번, 시드는"
        " {first}부터 {last}까지이고, {units}에 무작위 가중치를 주었다. 가중치는 평균이 1인 지수 분포를 따르므로(베이즈"
        " 부트스트랩, Rubin 1981; 안정성은 Antoniak and Mimno 2018) 말뭉치에서 빠지는 부분은 없다.",
    ),
    "intervals": (
        "Intervals for other documents are the mean over the variants ± {deviations} of their standard deviations"
        " (95 %, Student's t with {degrees} degrees of freedom times {spread}). For a word in n {weighted}, they are"
        " multiplied by √((n + 1) / (n - 1)), and t has 1 / (1 / {degrees} + 1 / (n - 1)) degrees of freedom. Those of"
        " test sets lie around the figure of the model itself.",
        "다른 문서에 대한 95 % 신뢰 구간은 변형의 평균 ± 표준 편차의 {deviations}배(자유도 {degrees}인 스튜던트 t의"
        " {spread}배)이다. {weighted} n개에 나오는 단어의 구간은 √((n + 1) / (n - 1))배이고, 이때 t의 자유도는"
        " 1 / (1 / {degrees} + 1 / (n - 1))이다. 테스트 세트의 구간은 모델 자신의 값을 가운데에 둔다.",
    ),
    "loaded": (
        "We used vectors of {words} words with {vector_size} dimensions that were not trained by us. They were"
        " loaded by w2v {w2v} from {origin} ({format}{sha256}){limit}.",
        "직접 학습하지 않은 벡터({words}단어, {vector_size}차원)를 사용하였다. w2v {w2v}로"
        " {origin}({format}{sha256})에서 읽었다{limit}.",
    ),
    "unknown": (
        "We used vectors of {words} words with {vector_size} dimensions, made by w2v {w2v}.",
        "w2v {w2v}로 만든 벡터({words}단어, {vector_size}차원)를 사용하였다.",
    ),
    "hash": (
        "The SHA-256 of the vectors (vectors.npy) is {sha256}.",
        "벡터(vectors.npy)의 SHA-256은 {sha256}이다.",
    ),
}


class Intervals(NamedTuple):
    """How intervals are made of variants: their half is so many ``deviations``, Student's t times ``spread``."""

    deviations: float
    spread: float


def methods_of(
    facts: Facts, language: str, made: VariantsMade | None = None, intervals: Intervals | None = None
) -> str:
    """Return the paragraph on a model in English, or in Korean for ``ko``.

    It is also on its variants, as they were ``made``, and on the ``intervals`` that they give.
    """
    at = 1 if language == _KOREAN else 0
    sentences = _trained(facts, facts.runs[-1], at) if facts.runs else _loaded(facts, at)
    if made is not None:
        sentences = chain(sentences, [("variants", _variants(made, at))])
    if made is not None and intervals is not None:
        weighted = made.weighted if at == 0 else {"documents": "문서", "blocks": "블록"}.get(made.weighted, "부분")
        said = {"degrees": len(made.sha256) - 1, "spread": f"{intervals.spread:.4g}", "weighted": weighted}
        sentences = chain(sentences, [("intervals", said | {"deviations": f"{intervals.deviations:.2f}"})])
    vectors = facts.sha256.get("vectors.npy")
    found = [_SENTENCES[name][at].format(**values) for name, values in sentences]
    if vectors:
        found.append(_SENTENCES["hash"][at].format(sha256=vectors))
    return " ".join(found)


def _trained(facts: Facts, run: Run, at: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the sentences on a training and what stands in them; ``at`` is the place of the language."""
    settings, receipt, versions = run.settings, run.receipt, run.machine.versions if run.machine else facts.versions
    uses_tree = settings.get("hs") == 1
    negative = settings.get("negative", 0)
    outputs = [
        *((("hierarchical softmax", "계층적 소프트맥스")[at],) if uses_tree else ()),
        *((("negative sampling", "네거티브 샘플링")[at],) if negative else ()),
    ]
    engine = " ".join(filter(None, [run.engine, versions.get(run.engine)])) or "gensim"
    yield (
        "trained",
        {
            "architecture": _architecture(facts, settings),
            "output": (" and ", "과 ")[at].join(outputs),
            "subwords": ("; Bojanowski et al. 2017" if facts.subwords is not None else ""),
            "w2v": versions.get("w2vcli", facts.versions.get("w2vcli", "")),
            "engine": engine,
            "sources": _sources(run, at),
        },
    )
    if len(facts.runs) > 1:
        yield "continued", {"trainings": len(facts.runs)}
    if facts.runs[0].start_from:
        yield "from_elsewhere", {"model": visible(PurePath(facts.runs[0].start_from).stem)}
    if run.vectors is not None:
        fates = (("stayed as they were", "그대로 두었다"), ("were trained further", "함께 학습하였다"))
        model, fate = PurePath(run.vectors.model).stem, fates[0 if run.vectors.frozen else 1][at]
        yield "begun", {"found": f"{run.vectors.words:,}", "model": visible(model), "fate": fate}
    if receipt is not None:
        yield "text", {name: f"{getattr(receipt, name):,}" for name in ("bytes", "sentences", "read")}
        if receipt.undecodable_bytes:
            yield "undecodable", {"count": f"{receipt.undecodable_bytes:,}"}
    if facts.tokenizer is not None:
        version, lowercase = facts.tokenizer.version, facts.tokenizer.lowercase
        yield (
            "tokenizer",
            {
                "tokenizer": facts.tokenizer.tokenizer,
                "version": f" ({version})" if version else "",
                "lowercase": ((" and lower-cased" if lowercase else ""), ("고 소문자로 바꾸었" if lowercase else ""))[
                    at
                ],
            },
        )
    if receipt is not None and receipt.stop_words + receipt.numbers + receipt.joined:
        yield "left_out", {name: f"{getattr(receipt, name):,}" for name in ("stop_words", "numbers", "joined")}
    min_count = receipt.min_count if receipt is not None else settings.get("min_count")
    yield "vocabulary", {"min_count": min_count, "words": f"{facts.words:,}"}
    yield "settings", _settings(settings, at)
    yield from _outcome(run)
    if run.machine is not None:
        used = ", ".join(f"{name} {versions[name]}" for name in ("python", "numpy", run.engine) if name in versions)
        yield "machine", {"system": visible(run.machine.system), "versions": used}
    if settings.get("workers", 1) > 1:
        yield "threads", {}


def _variants(made: VariantsMade, at: int) -> Mapping[str, Any]:
    """Return what the sentence on the variants says."""
    weighted = {
        "documents": (f"{made.units:,} documents", f"문서 {made.units:,}개"),
        "blocks": (f"{made.units:,} blocks of 500 tokens or more", f"500토큰 이상의 블록 {made.units:,}개"),
    }
    count = len(made.sha256)
    return {
        "count": count,
        "epochs": made.epochs,
        "epoch_s": "epoch" if made.epochs == 1 else "epochs",
        "first": made.seed + 1,
        "last": made.seed + count,
        "units": weighted.get(made.weighted, (f"{made.units:,} parts", f"{made.units:,}개 부분"))[at],
    }


def _architecture(facts: Facts, settings: Mapping[str, Any]) -> str:
    name = "skip-gram" if settings.get("sg", 1) else "CBOW"
    return name if facts.subwords is None else f"fastText {name}"


def _settings(settings: Mapping[str, Any], at: int) -> Mapping[str, Any]:
    """Return what the sentence on the settings says."""
    negative, exponent = settings.get("negative", 0), settings.get("ns_exponent", 0.75)
    noise = (
        f", each example had {negative} noise words drawn by their counts to the power of {exponent}",
        f", 잡음 단어는 예마다 {negative}개(빈도의 {exponent}제곱에 비례)",
    )[at]
    sample = settings.get("sample")
    subsampling = (f"frequent words were subsampled at {sample}", f"서브샘플링 임곗값은 {sample}")[at]
    none_subsampled = ("no words were subsampled", "서브샘플링은 하지 않음")[at]
    shrunk = (" (shrunk at random for each word)", "(단어마다 무작위로 줄임)")[at]
    return {
        **{name: settings.get(name) for name in ("vector_size", "window", "alpha", "min_alpha")},
        **{name: settings.get(name) for name in ("epochs", "workers", "seed")},
        "worker_s": "worker" if settings.get("workers") == 1 else "workers",
        "epoch_s": "epoch" if settings.get("epochs") == 1 else "epochs",
        "sample": subsampling if sample else none_subsampled,
        "shrunk": shrunk if settings.get("shrink_windows", True) else "",
        "noise": noise if negative else "",
    }


def _outcome(run: Run) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the sentences on what became of the tokens and on the loss, as far as they are known."""
    receipt = run.receipt
    if receipt is not None and receipt.total and receipt.trained is not None and receipt.subsampled is not None:
        counts = {
            "trained": receipt.trained,
            "subsampled": receipt.subsampled,
            "below": receipt.below_min_count,
            "held_out": receipt.held_out,
        }
        shares = {name: f"{100 * count / receipt.total:.1f}" for name, count in counts.items()}
        yield "receipt", shares | {"total": f"{receipt.total:,}"}
    if run.loss and run.loss_examples:
        yield "loss", {"examples": f"{run.loss_examples:,}", "loss": f"{run.loss[-1]:.4f}"}


def _loaded(facts: Facts, at: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the sentence on vectors that were not trained here."""
    source = facts.source
    common = {
        "words": f"{facts.words:,}",
        "vector_size": facts.vector_size,
        "w2v": facts.versions.get("w2vcli", ""),
    }
    if "origin" not in source:
        yield "unknown", common
        return
    limit = source.get("limit")
    yield (
        "loaded",
        common
        | {
            "origin": visible(_name(str(source["origin"]))),
            "format": source.get("format", "vectors"),
            "sha256": f", SHA-256 {source['sha256']}" if source.get("sha256") else "",
            "limit": "" if limit is None else (f", of which the first {limit:,} rows", f"(앞의 {limit:,}행만)")[at],
        },
    )


def _sources(run: Run, at: int) -> str:
    """Return the names of the sources of a training with their files and hashes; those of many are left to w2v info."""
    shown = []
    for source in run.sources[:_MOST_SOURCES]:
        files = "" if source.files <= 1 else (f"{source.files:,} files, ", f"파일 {source.files:,}개, ")[at]
        sha256 = f" ({files}SHA-256 {source.sha256})" if source.sha256 else ""
        shown.append(f"{_STANDARD_INPUT[at] if source.path == '-' else visible(_name(source.path))}{sha256}")
    more = len(run.sources) - len(shown)
    if more:
        shown.append((f"{more:,} more", f"그 밖의 {more:,}개")[at])
    return ", ".join(shown) or ("text", "글")[at]


def _name(path: str) -> str:
    """Return what a source is called in a paper: an address as a whole, of a path its last part."""
    return path if "://" in path else PurePath(path).name or path
