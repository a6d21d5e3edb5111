#pragma once
#include <qrencode.h>

// Not in the library's header, yet in the library as Debian builds it: its symbols file keeps them.

/// Takes a text into a symbol's input; 0, or -1 with `errno`.
extern int Split_splitStringToQRinput(const char *text, QRinput *input, QRencodeMode hint, int casesensitive);

/// Encodes with a mask of that number, or with none for `qr_unmasked`.
extern QRcode *QRcode_encodeMask(QRinput *input, int mask);

static const int qr_unmasked = -2;
