"""How inner loops are compiled, and what compiled loops can ask of the processor that numba has no word for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, event
from numba.extending import intrinsic, register_jitable

from cinewalk.graph.numeric.compile_notes import compiling

if TYPE_CHECKING:
    from collections.abc import Callable

_F = TypeVar("_F", bound="Callable[..., Any]")


def compiled(function: _F) -> _F:
    """Compile an inner loop when it is first called; the result runs without the interpreter's lock.

    It is cached on disk, or kept in memory alone where no folder for it can be written.
    """
    dispatcher = numba.njit(nogil=True, error_model="numpy")(function)
    try:
        dispatcher.enable_caching()
    except RuntimeError:  # numba found no folder: a package and a home that cannot be written
        _Announced.kept = False
    return cast("_F", dispatcher)


def nested(function: _F) -> _F:
    """Compile a part of inner loops with each loop that calls it; Python itself can only run it as it stands.

    Nothing is made for Python to call it by, and nothing of it is kept apart: a tenth of the time before a first list.
    It cannot call itself.
    """
    part: _F = register_jitable(nogil=True, error_model="numpy")(function)
    return part


class _Announced(event.Listener):
    """Has told whoever wants to know that something is compiled, because nothing was kept of it."""

    kept = True

    def on_start(self, event: Any) -> None:  # noqa: ARG002 - numba's form
        compiling(self.kept)

    def on_end(self, event: Any) -> None:
        """Nothing to tell."""


event.register("numba:compile", _Announced())  # type: ignore[no-untyped-call]


#: A count that begins and is handed on: what it is handed to would be compiled twice, for a plain 0 and for numbers.
ZERO: Final = cast("int", np.int64(0))


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


#: How many sums one word of bits is about, and how many words are taken together.
WORD: Final = 32
TOGETHER: Final = 8

_BIT, _NUMBER, _SUM, _PLACE = (ir.IntType(width) for width in (1, 32, 16, 64))
_BITS, _SUMS = ir.VectorType(_BIT, WORD), ir.VectorType(_SUM, WORD)


def _add_where(
    typing: Any,  # noqa: ARG001 - numba's form
    sums: Any,
    word: Any,
    bits: Any,
    first: Any,
    terms: Any,
) -> tuple[Any, Callable[..., Any]]:
    """Add to the 32 sums of a word: ``sums[32 word + b] += Σ_r terms_r · (bit b of bits[first_r + word])``.

    Nobody looks whether places lie inside the arrays, and sums may run over.

    Parameters
    ----------
    sums
        16-bit numbers without sign.
    word
        Which 32 of them.
    bits
        32-bit numbers without sign.
    first
        Where each of the eight rows of bits begins.
    terms
        What each adds, 16 bits.

    References
    ----------
    LLVM Language Reference Manual, "Vector Type" and "select", https://llvm.org/docs/LangRef.html.
    """

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        sums_at, bits_at = (
            cgutils.create_struct_proxy(signature.args[a])(context, builder, arguments[a]).data  # type: ignore[no-untyped-call]
            for a in (0, 2)
        )
        place = builder.shl(arguments[1], ir.Constant(_PLACE, WORD.bit_length() - 1))
        vector_at = builder.bitcast(builder.gep(sums_at, [place]), _SUMS.as_pointer())
        total = builder.load(vector_at, align=_SUM.width // 8)
        for row in range(TOGETHER):
            start = builder.extract_value(arguments[3], row)
            where = builder.load(builder.gep(bits_at, [builder.add(start, arguments[1])]))
            term = _everywhere(builder, builder.extract_value(arguments[4], row), _SUMS)
            chosen = builder.select(builder.bitcast(where, _BITS), term, ir.Constant(_SUMS, None))
            total = builder.add(total, chosen)
        builder.store(total, vector_at, align=_SUM.width // 8)
        return context.get_dummy_value()

    return types.void(sums, word, bits, first, terms), build


def _everywhere(builder: Any, value: Any, form: Any) -> Any:
    """Return a vector of one value."""
    nothing = ir.Constant(form, ir.Undefined)
    lane = builder.insert_element(nothing, value, ir.Constant(_NUMBER, 0))
    return builder.shuffle_vector(lane, nothing, ir.Constant(ir.VectorType(_NUMBER, form.count), None))


add_where = cast("Callable[[Any, Any, Any, Any, Any], None]", intrinsic(_add_where))


#: How many numbers of a row are added up side by side.
LANES: Final = 16

_FLOATS = ir.VectorType(ir.DoubleType(), LANES)


def _add_rows(
    typing: Any,  # noqa: ARG001 - numba's form
    sums: Any,
    values: Any,
    indices: Any,
    start: Any,
    end: Any,
    rows: Any,
) -> tuple[Any, Callable[..., Any]]:
    """Add up weighted rows of :data:`LANES` numbers: ``sums_c = Σ_e values_e · rows[indices_e, c]``, in order.

    Nobody looks whether places lie inside the arrays.

    Parameters
    ----------
    sums
        What is written: :data:`LANES` numbers.
    values, indices
        The weight of each row, 32 bits, and which it is; those from ``start`` to before ``end`` count.
    rows
        The rows, one after the other.

    References
    ----------
    LLVM Language Reference Manual, "Vector Type", https://llvm.org/docs/LangRef.html.
    """

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        sums_at, values_at, indices_at, rows_at = (
            cgutils.create_struct_proxy(signature.args[a])(context, builder, arguments[a]).data  # type: ignore[no-untyped-call]
            for a in (0, 1, 2, 5)
        )
        total = cgutils.alloca_once_value(builder, ir.Constant(_FLOATS, None))  # type: ignore[no-untyped-call]
        with cgutils.for_range_slice(builder, arguments[3], arguments[4], ir.Constant(_PLACE, 1)) as (e, _):
            value = builder.fpext(builder.load(builder.gep(values_at, [e])), ir.DoubleType())
            index = builder.zext(builder.load(builder.gep(indices_at, [e])), _PLACE)
            place = builder.shl(index, ir.Constant(_PLACE, LANES.bit_length() - 1))
            row = builder.load(builder.bitcast(builder.gep(rows_at, [place]), _FLOATS.as_pointer()), align=8)
            term = builder.fmul(row, _everywhere(builder, value, _FLOATS))
            builder.store(builder.fadd(builder.load(total), term), total)
        builder.store(builder.load(total), builder.bitcast(sums_at, _FLOATS.as_pointer()), align=8)
        return context.get_dummy_value()

    return types.void(sums, values, indices, start, end, rows), build


add_rows = cast("Callable[[Any, Any, Any, Any, Any, Any], None]", intrinsic(_add_rows))
