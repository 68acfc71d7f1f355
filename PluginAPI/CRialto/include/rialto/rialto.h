#ifndef RIALTO_H
#define RIALTO_H
#endif
