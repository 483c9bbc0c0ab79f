// A catalog: the ports that one edition of the documentation allows, and the roles it names, with those of
// the overlays that were loaded with it. Immutable once loaded. catalog/load.hpp loads it; catalog/lint.hpp
// checks it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/role.hpp"
#include "catalog/rule.hpp"

namespace portproof {

// A product or service with a table of its own in the documentation.
struct System {
  std::string id;
  std::string name;
};

// A part of a document that rules and remarks cite.
struct Section {
  std::string name;     // as printed
  std::size_t rows{0};  // of its table; 0 if it is cited as a whole
};

// A source that was read: the article, or a page that it links to.
struct Document {
  std::string id;
  std::string title;
  std::string date;  // of the edition that was read, as precisely as known; may be empty
  std::string note;
  std::vector<Section> sections;  // all that may be cited; none if the catalog does not say
  std::string publisher;          // who says so: "Citrix", "Microsoft"; may be empty
  std::string url;                // where it was read; may be empty
  std::string overlay;            // the overlay that cites it; empty for a document of the edition
};

// Documented ports beyond the edition's, such as those of the platform below, which a site adds by name.
struct Overlay {
  std::string id;
  std::string title;
  std::string date;
};

// A row of a document that allows nothing: a remark, a link, a statement in prose. Kept so that every row is
// accounted for.
struct Remark {
  std::string system;
  std::string document;
  std::string source;  // as in Rule
  std::string text;
};

struct Catalog {
  std::string edition;  // id, "base"
  std::string title;
  std::string date;
  std::string based_on;             // the edition that this one changes; empty if it stands alone
  std::vector<Overlay> overlays;    // sorted by id
  std::vector<Document> documents;  // the edition's first, then those of each overlay
  std::vector<System> systems;      // sorted by id; an overlay is a system too
  RoleTable roles;
  std::vector<Rule> rules;      // sorted by id
  std::vector<Rule> proposals;  // the proposed rules, sorted by id; they allow nothing
  std::vector<Remark> remarks;
  std::string sha256;  // over the names (without folder) and bytes of the files it was loaded from

  // A rule or a proposal.
  [[nodiscard]] const Rule* find_rule(std::string_view id) const;
  [[nodiscard]] const Overlay* find_overlay(std::string_view id) const;
  [[nodiscard]] const System* find_system(std::string_view id) const;
  [[nodiscard]] const Document* find_document(std::string_view id) const;
};

}  // namespace portproof
