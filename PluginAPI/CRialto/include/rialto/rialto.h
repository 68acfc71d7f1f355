// The Rialto plugin contract.
//
// A plugin is a state machine in a shared library: inputs in, intents out. It opens no file, no
// socket, no clock and no thread of its own, and sees no key. The host finds it by its ELF note
// (note.h), calls the one exported function (entry.h), makes instances with `create`, and then
// hands each instance batches of events (batch.h) on which it answers with intents (intents.h),
// forecasts (forecasts.h) or, for exchanges, descriptions of requests (draft/exchange.h).
//
// Rules that hold for every struct and call:
// - struct_size comes first. Read only what both sides know; what is missing is zero, and zero
//   always means absent or default. Fields are only added, at the end. Reserved fields are 0.
// - Whoever allocates frees. Nothing outlives its call unless the comment says so.
// - Results go to out_ pointers, last in the list and untouched on failure.
// - Every function has one lane: [control] is serial per instance and may take its time; [data] is
//   serial per instance, without locks, system calls or allocation; [any] is reentrant.
// - Nothing is thrown across: no exception, panic, signal, longjmp or exit.
// - A library is opened once and stays mapped.
#ifndef RIALTO_H
#define RIALTO_H

#include "base.h"
#include "batch.h"
#include "entry.h"
#include "forecasts.h"
#include "intents.h"
#include "market.h"
#include "model.h"
#include "needs.h"
#include "note.h"
#include "own.h"
#include "parameters.h"
#include "series.h"
#include "services.h"
#include "state.h"
#include "strategy.h"

#endif
