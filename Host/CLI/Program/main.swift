import Glibc
import RialtoCLI

// Without a way to pin it, it runs all the same: workers are always pinned.
SteadyProcess.begin()
exit(Program.main())
