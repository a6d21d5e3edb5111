#pragma once
#include <cairo.h>
#include <cairo-pdf.h>
#include <dlfcn.h>
#include <malloc.h>
#include <pango/pangocairo.h>

// librsvg is opened when the first drawing is printed, as it and what it needs would hold two megabytes of a gateway
// that prints nothing. Two functions of its stable interface are used, so they are declared here.

struct lango_rsvg_rectangle { double x, y, width, height; };

struct lango_rsvg {
    void *(*open)(const guint8 *svg, gsize count, GError **problem);
    gboolean (*render)(
        void *drawing, cairo_t *target, const struct lango_rsvg_rectangle *viewport, GError **problem);
};

/// Finds the library; 0 where it is not installed.
static inline int lango_rsvg_find(struct lango_rsvg *functions)
{
    void *library = dlopen("librsvg-2.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!library) return 0;
    *(void **)&functions->open = dlsym(library, "rsvg_handle_new_from_data");
    *(void **)&functions->render = dlsym(library, "rsvg_handle_render_document");
    return functions->open && functions->render;
}
