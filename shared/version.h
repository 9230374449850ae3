/* SPDX-License-Identifier: MIT */
/* The version of all that is built here: both programs, and the events they write. */
#ifndef SHARED_VERSION_H
#define SHARED_VERSION_H

#define VERSION "1.0"

#endif
