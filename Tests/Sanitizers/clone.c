// ThreadSanitizer's own clone knows no child in the parent's memory; the C library's does.
#include <stdarg.h>
#include <sys/types.h>

int __clone(int (*function)(void *), void *stack, int flags, void *argument, ...);
int __wrap_clone(int (*function)(void *), void *stack, int flags, void *argument, ...);

int __wrap_clone(int (*function)(void *), void *stack, int flags, void *argument, ...) {
    va_list more;
    va_start(more, argument);
    pid_t *number = va_arg(more, pid_t *);
    va_end(more);
    return __clone(function, stack, flags, argument, number);
}
