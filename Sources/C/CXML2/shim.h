#pragma once
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>

/* xmlFree is a variable that holds a function; Swift sees a shared mutable global in it. */
static inline void xmlFreeText(xmlChar *text) { xmlFree(text); }
