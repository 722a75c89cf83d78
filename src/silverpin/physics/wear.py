"""What a mating rubs off: sliding wear of the plating, and the base metal that comes through."""

from silverpin.physics.elementary import exp
from silverpin.physics.law import law
from silverpin.physics.sources import ARCHARD, SLADE


@law(
    equation="h = k F s / A",
    unit="µm",
    sources=(ARCHARD, SLADE),
    valid={
        "wear_mm3_per_n_m": (1e-7, 1e-2),
        "force_n": (0.5, 100.0),
        "slide_m": (0.001, 0.1),
    },
)
def archard_um(wear_mm3_per_n_m: float, force_n: float, slide_m: float, track_mm2: float) -> float:
    """Depth that one mating wears off a track: insertion and withdrawal both slide.

    Linear as long as the plating wears mildly and holds: a very hard one may flake off earlier.
    """
    return wear_mm3_per_n_m * force_n * slide_m / track_mm2 * 1000.0


@law(
    equation="p = 1 / (1 + exp((d - h) / w))",
    unit="1",
    sources=("ours: thickness and wear scatter along the track",),
    valid={"depth_um": (0.0, 50.0), "plating_um": (0.5, 50.0)},
)
def exposed_share(depth_um: float, plating_um: float, scatter_um: float) -> float:
    """Share of a track whose plating is gone at a mean depth of wear.

    The scatter spreads the moment at which the places of the track come through; half of them have
    when the depth equals the plating.
    """
    return 1.0 / (1.0 + exp((plating_um - depth_um) / scatter_um))
