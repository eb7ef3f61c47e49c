/* build_id: names the sources that this library was made of. Made by the Makefile. */
#ifndef MLO_BUILD_ID_H
#define MLO_BUILD_ID_H

extern const char mlo_build_id[];

#endif
