"""Which bit of a number is the lowest, inside compiled loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np


def _lowest_bit(typing: Any, number: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ARG001 - numba's form
    """Return the place of the lowest bit of a 64-bit number that is set; there must be one.

    References
    ----------
    LLVM Language Reference Manual, "llvm.cttz" intrinsic, https://llvm.org/docs/LangRef.html.
    """

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001 - numba's form
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), build


lowest_bit = cast("Callable[[np.uint64], np.uint64]", intrinsic(_lowest_bit))
