# Writes a C++ source that contains the text of the catalog's files, for catalog/embedded.hpp.
#
# In a CMakeLists.txt:   portproof_embed_catalog(OUTPUT FOLDER FILES...)
#   defines the build step: the source is written again whenever one of the files changes. The files are
#   named relative to the folder, and keep these names.
# As a script:           cmake -DOUTPUT=... -DFOLDER=... "-DFILES=a;b" -P embed_catalog.cmake
#   writes it.

function(portproof_embed_catalog output folder)
  list(TRANSFORM ARGN PREPEND ${folder}/ OUTPUT_VARIABLE paths)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} "-DOUTPUT=${output}" "-DFOLDER=${folder}" "-DFILES=${ARGN}"
            -P "${CMAKE_CURRENT_FUNCTION_LIST_FILE}"
    DEPENDS ${paths} "${CMAKE_CURRENT_FUNCTION_LIST_FILE}"
    COMMENT "Embedding the catalog"
    VERBATIM)
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE)
  return()
endif()

# A raw string literal: nothing in it needs escaping unless the text contains its end mark.
set(mark "portproof-toml")
set(source "// Generated from the files of the catalog by cmake/embed_catalog.cmake.\n")
string(APPEND source "#include \"catalog/embedded.hpp\"\n\n#include <array>\n\nnamespace portproof {\nnamespace {\n\n")
list(LENGTH FILES count)
string(APPEND source "constexpr std::array<EmbeddedFile, ${count}> kFiles{{\n")
foreach(name IN LISTS FILES)
  file(READ "${FOLDER}/${name}" text)
  string(FIND "${text}" ")${mark}\"" found)
  if(NOT found EQUAL -1)
    message(FATAL_ERROR "${name} holds )${mark}\", which ends a string in the generated source")
  endif()
  string(APPEND source "    {\"${name}\", R\"${mark}(${text})${mark}\"},\n")
endforeach()
string(APPEND source "}};\n\n}  // namespace\n\n")
string(APPEND source "std::span<const EmbeddedFile> embedded_files() { return kFiles; }\n\n}  // namespace portproof\n")
file(WRITE "${OUTPUT}" "${source}")
