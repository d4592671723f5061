/*
 * Lets the guest's kernel run on processors with AMX. That kernel keeps less of a process's extended state than such a processor
 * has, and the host refuses a ptrace(PTRACE_SETREGSET) that is shorter than the whole. Preloaded into the guest's kernel, this
 * fills the rest with what the process has now.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

static char whole[1 << 16];

long ptrace(enum __ptrace_request request, ...)
{
	static long (*next)(int, ...);
	va_list rest;
	va_start(rest, request);
	int pid = va_arg(rest, int);
	void *addr = va_arg(rest, void *);
	void *data = va_arg(rest, void *);
	va_end(rest);
	if (next == NULL)
		next = (long (*)(int, ...))dlsym(RTLD_NEXT, "ptrace");
	if (request == PTRACE_SETREGSET && (long)addr == NT_X86_XSTATE) {
		struct iovec *given = data;
		struct iovec all = { whole, sizeof(whole) };
		if (next(PTRACE_GETREGSET, pid, addr, &all) == 0 && given->iov_len < all.iov_len) {
			memcpy(whole, given->iov_base, given->iov_len);
			return next(request, pid, addr, &all);
		}
	}
	return next(request, pid, addr, data);
}
