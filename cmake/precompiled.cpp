// The source of the library that precompiled.hpp is compiled in.
