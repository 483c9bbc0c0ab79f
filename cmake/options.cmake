# Compile options for every target of the project.
add_library(portproof_options INTERFACE)
target_compile_features(portproof_options INTERFACE cxx_std_20)
target_include_directories(portproof_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(portproof_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  # GCC 12 reports overlapping copies in std::string where there are none (GCC bug 105651).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)

if(PORTPROOF_WERROR)
  target_compile_options(portproof_options INTERFACE -Werror)
endif()

if(PORTPROOF_SANITIZE)
  target_compile_options(portproof_options INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(portproof_options INTERFACE -fsanitize=address,undefined)
endif()

# Everything is instrumented for libFuzzer; only the targets of tests/fuzz link its main program.
if(PORTPROOF_FUZZ)
  target_compile_options(portproof_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Headers that most sources include are compiled once (cmake/precompiled.hpp). All must see the same macros.
if(PORTPROOF_PRECOMPILE)
  add_library(portproof_precompiled OBJECT ${CMAKE_CURRENT_LIST_DIR}/precompiled.cpp)
  target_precompile_headers(portproof_precompiled PRIVATE ${CMAKE_CURRENT_LIST_DIR}/precompiled.hpp)
  target_link_libraries(portproof_precompiled PRIVATE portproof_options tl::expected fmt::fmt)
  target_link_libraries(portproof_options INTERFACE fmt::fmt)
endif()

# portproof_library(NAME SOURCES... LINK TARGETS...): one static library, one folder.
function(portproof_library name)
  cmake_parse_arguments(LIB "" "" "SOURCES;LINK;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${LIB_SOURCES})
  target_link_libraries(${name} PUBLIC portproof_options ${LIB_LINK} PRIVATE ${LIB_PRIVATE})
  if(PORTPROOF_PRECOMPILE)
    target_precompile_headers(${name} REUSE_FROM portproof_precompiled)
  endif()
endfunction()
