/* packet: git's pkt-line, in which a long-running filter talks with git: texts of at most 65516 bytes behind their length
 * in hexadecimal, and a length of 0 that ends a list. See gitprotocol-common(5), gitattributes(5). */
#ifndef MLO_GIT_PACKET_H
#define MLO_GIT_PACKET_H

#include "base/buf.h"

enum { MLO_PACKET_TEXT_MAX = 65516, MLO_PACKET_ROOM = 2 * 65536 };

typedef enum mlo_packet {
  MLO_PACKET_TEXT,
  MLO_PACKET_FLUSH, /* the end of a list */
  MLO_PACKET_END,   /* the other side has gone, between two packets */
  MLO_PACKET_BROKEN /* what came is no packet, or half of one */
} mlo_packet;

/* Zero but for the descriptors at first. Nothing is sent before mlo_packets_send, or a megabyte of it is waiting. */
typedef struct mlo_packets {
  int in, out;
  bool failed; /* the other side reads no more, or memory ran out */
  mlo_buf waiting;
  size_t at, end; /* of what was read and not yet given */
  char room[MLO_PACKET_ROOM];
} mlo_packets;

/* text borrows from self until the next call. */
mlo_packet mlo_packets_read(mlo_packets *self, mlo_str *text);
void mlo_packets_line(mlo_packets *self, mlo_str line); /* adds the line's end */
/* As many packets as it takes. */
void mlo_packets_content(mlo_packets *self, mlo_str bytes);
void mlo_packets_flush(mlo_packets *self);
void mlo_packets_send(mlo_packets *self);
void mlo_packets_release(mlo_packets *self);

#endif
