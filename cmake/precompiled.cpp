// Source of the library in which precompiled.hpp is compiled.
