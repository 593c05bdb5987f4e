"""Asking for memory before it is needed, inside compiled loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

_READ, _KEEP, _DATA = 0, 3, 1


def _prefetch(typing: Any, array: Any, place: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ARG001 - numba's form
    """Have the processor fetch ``array[place]`` while other work goes on; the place may lie outside the array.

    It changes no result. What lies far apart in memory takes a hundred times as long to come as what is next.

    References
    ----------
    LLVM Language Reference Manual, "llvm.prefetch" intrinsic, https://llvm.org/docs/LangRef.html.
    """

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = cgutils.create_struct_proxy(signature.args[0])(context, builder, arguments[0]).data  # type: ignore[no-untyped-call]
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        address = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        form = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        fetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], form)
        builder.call(fetch, [address, number(_READ), number(_KEEP), number(_DATA)])
        return context.get_dummy_value()

    return types.void(array, place), build


prefetch = cast("Callable[[Any, Any], None]", intrinsic(_prefetch))
