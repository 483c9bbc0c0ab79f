// A small catalog in memory, to test the loader and lint.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "catalog/load.hpp"

namespace portproof::test {

// One edition with one document, two roles and a group of both; the first role's ID is on line 8.
inline CatalogFile edition_file() {
  return {"edition.toml",
          "[edition]\n"
          "id = \"small\"\n"
          "title = \"A small one\"\n"
          "[[document]]\n"
          "id = \"page\"\n"
          "title = \"A page\"\n"
          "[[role]]\n"
          "id = \"a\"\n"
          "name = \"A\"\n"
          "kind = \"citrix\"\n"
          "[[role]]\n"
          "id = \"b\"\n"
          "name = \"B\"\n"
          "kind = \"infrastructure\"\n"
          "[[role]]\n"
          "id = \"both\"\n"
          "name = \"A or B\"\n"
          "kind = \"group\"\n"
          "members = [\"a\", \"b\"]\n"};
}

// A system in ten lines; what a test adds begins on line 11.
inline std::string system_text(const std::string& added) {
  return "[system]\n"
         "id = \"sys\"\n"
         "name = \"A system\"\n"
         "document = \"page\"\n"
         "\n\n\n\n\n\n" +
         added;
}

// A rule from "a" to "b" in seven lines, followed by what a test adds.
inline std::string rule_text(const std::string& id, const std::string& added = {}) {
  return "[[rule]]\n"
         "id = \"" +
         id +
         "\"\n"
         "from = [\"a\"]\n"
         "to = [\"b\"]\n"
         "transport = [\"tcp\"]\n"
         "purpose = \"a test\"\n"
         "source = \"Table, row 1\"\n" +
         added;
}

inline std::vector<CatalogFile> files_with(const std::string& added) {
  return {edition_file(), {"sys.toml", system_text(added)}};
}

}  // namespace portproof::test
