"""Draws what `report.py` measured: for each workload, how long Evergraph and TensorFlow take beside bare JAX, as SVG."""

from collections.abc import Mapping
from xml.sax.saxutils import escape

WIDTH, LABELS, BAR, GAP, LIMIT = 860, 300, 12, 14, 3.0
COLORS = {"evergraph": "#2a9d5c", "tensorflow": "#e08a2c"}
NAMES = {"evergraph": "Evergraph", "tensorflow": "TensorFlow"}


def draw(ratios: Mapping[str, Mapping[str, float]]) -> str:
    """The picture.

    Args:
      ratios: {workload: {"evergraph" or "tensorflow": times the bare loop}}; bars end at 3, with the number beside them.
    """
    scale = (WIDTH - LABELS - 70) / LIMIT
    lines, y = [], 40
    for label, sides in ratios.items():
        lines.append(f'<text x="{LABELS - 10}" y="{y + BAR}" text-anchor="end">{escape(label)}</text>')
        for name, ratio in sides.items():
            length = scale * min(ratio, LIMIT)
            lines.append(
                f'<rect x="{LABELS}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{COLORS[name]}"/>'
            )
            lines.append(f'<text x="{LABELS + length + 6:.1f}" y="{y + BAR - 2}">{ratio:.2f}</text>')
            y += BAR + 2
        y += GAP
    one = LABELS + scale
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{y}" fill="white"/>',
        f'<line x1="{one:.1f}" x2="{one:.1f}" y1="26" y2="{y - GAP}" stroke="#888" stroke-dasharray="4 3"/>',
        f'<text x="{one:.1f}" y="20" text-anchor="middle" fill="#555">bare JAX = 1</text>',
    ]
    for place, name in enumerate(COLORS):
        x = 10 + 110 * place
        head.append(f'<rect x="{x}" y="10" width="12" height="12" fill="{COLORS[name]}"/>')
        head.append(f'<text x="{x + 18}" y="20">{NAMES[name]}</text>')
    return "\n".join([*head, *lines, "</svg>"]) + "\n"
