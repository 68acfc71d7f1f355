import Glibc
import RialtoCLI

exit(Program.main())
