# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The context features of HTML: those that both input formats have, and what stage one predicted within ancestors."""

from boilerkit.blocks._context cimport ContextColumns, mean
from boilerkit.blocks.columns import check_columns
from boilerkit.html.features._columns cimport *
from boilerkit.html.features._page_stats cimport *
from boilerkit.html.features.columns import CONTEXT

check_columns("columns of context features", CONTEXT, CONTEXT_CHECKSUM)


cdef class HtmlContextColumns(ContextColumns):
    """The group "context" of one HTML page."""

    def __init__(self, PageStats stats, const double[::1] p, const Py_ssize_t[::1] order):
        with nogil:
            self.rank(order, 0.5)

    def fill(self, float[:, ::1] X not None, Py_ssize_t at, Py_ssize_t first):
        """Fill the columns of X, [n_columns, n_rows], from column `at` on, for the blocks from `first` on."""
        cdef PageStats stats = self.stats
        check_room(stats, X, at, N_CONTEXT, first)
        X = X[at:]
        with nogil:
            self.fill_near(X, first)
            fill_ancestors(stats, self, X[C_P_UP1:], first)
            self.fill_page(X[C_P_PATH:], first)


cdef void fill_ancestors(PageStats stats, ContextColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    cdef Py_ssize_t k, row
    cdef int32_t element
    for row in range(X.shape[1]):
        element = stats.blocks[first + row, B_ELEMENT]
        for k in range(N_WIDER_LEVELS):
            element = up(stats, element, E_WIDER_ANCESTOR)
            X[k, row] = mean(columns.sums, stats.elements[element, E_FIRST_BLOCK], stats.elements[element, E_END_BLOCK])
