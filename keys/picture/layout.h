/* SPDX-License-Identifier: MIT */
/* Where a drawing has its cells, in pixels: who draws one and who reads it agree. */
#ifndef KEYS_LAYOUT_H
#define KEYS_LAYOUT_H

enum { CELL_WIDTH = 9, CELL_HEIGHT = 18, MARGIN = 10 };

#endif
