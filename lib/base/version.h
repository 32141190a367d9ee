/* The release of the project, as in -V and NEWS. */
#ifndef CHECK_CLAUDE_VERSION_H
#define CHECK_CLAUDE_VERSION_H

#define CHECK_CLAUDE_VERSION "1.0.0"

#endif
