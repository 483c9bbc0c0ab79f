#include "report/explain_view.hpp"

#include <doctest/doctest.h>

#include "tests/report/audit_builder.hpp"

namespace portproof::test {
namespace {

std::string explained(const Estate& estate, const Explanation& explanation) {
  std::ostringstream out;
  write_explanations({explanation}, estate.catalog, estate.catalog.roles, 80, out);
  return out.str();
}

TEST_CASE("explain view: a documented connection is shown with its rule and source") {
  const Estate estate;
  Explanation explanation;
  explanation.question.initiator = estate.party("10.20.1.20", "storefront", "sf1");
  explanation.question.responder = estate.party("10.20.5.9", "vda");
  explanation.question.port = 1494;
  explanation.judgement.verdict = Verdict::documented;
  explanation.judgement.test = 4;
  explanation.judgement.rules = {estate.rule("storefront-vda-ica")};
  const std::string text = explained(estate, explanation);
  CHECK(text.starts_with("documented\n"));
  CHECK(contains(text, "  decided by    test 4 of the verdict table\n"));
  CHECK(contains(text, "  documented by storefront-vda-ica: storefront -> vda, tcp 1494"));
  CHECK(contains(text, "  from          sf1 (10.20.1.20) [storefront]\n"));
}

TEST_CASE("explain view: a flagged connection is shown with its reason, the nearest rule and related rules") {
  const Estate estate;
  const RuleBook book(estate.catalog, nullptr);
  Explanation explanation;
  explanation.question.initiator = estate.party("0.0.0.0", "ddc");
  explanation.question.responder = estate.party("0.0.0.0", "storefront");
  explanation.question.port = 443;
  explanation.judgement.verdict = Verdict::unexpected;
  explanation.judgement.reason = Reason::reversed_direction;
  explanation.judgement.test = 9;
  explanation.judgement.rules = {estate.rule("storefront-ddc-xml")};
  explanation.judgement.nearest = explanation.judgement.rules.front();
  explanation.reversed = {book.find("storefront-ddc-xml")};
  explanation.on_port = {book.find("ddc-vda-registration"), book.find("storefront-vda-ica")};
  const std::string text = explained(estate, explanation);
  CHECK(text.starts_with("unexpected · reversed-direction\n"));
  CHECK(contains(text, "in the opposite direction"));
  CHECK(contains(text, "  nearest       storefront-ddc-xml\n"));
  CHECK(contains(text, "  from          ddc\n"));
  CHECK_FALSE(contains(text, "The other way round"));  // the answer has already named that one
  CHECK(contains(text, "\nThe same port for one of these roles\n  ddc-vda-registration:"));
  CHECK_FALSE(contains(text, "storefront-vda-ica"));
}

TEST_CASE("explain view: two readings of a word are two answers") {
  const Estate estate;
  Explanation explanation;
  explanation.question.initiator = estate.party("0.0.0.0", "ddc");
  explanation.question.responder = estate.party("10.20.5.9", "vda", "ddc");
  explanation.question.port = 1494;
  std::ostringstream out;
  write_explanations({explanation, explanation}, estate.catalog, estate.catalog.roles, 80, out);
  const std::string text = out.str();
  CHECK(text.starts_with("The inventory has a host with the name of a role"));
  CHECK(contains(text, "role:NAME or host:NAME"));
  const std::size_t first = text.find("  from          ddc\n");
  REQUIRE(first != std::string::npos);
  CHECK(text.find("  from          ddc\n", first + 1) != std::string::npos);
}

TEST_CASE("explain view: an allowance is shown with its owner") {
  Estate estate;
  Explanation explanation;
  explanation.question.initiator = estate.party("10.20.1.20", "storefront");
  explanation.question.responder = estate.party("10.20.5.9", "vda");
  explanation.judgement.verdict = Verdict::documented;
  Rule allowed = *estate.rule("storefront-vda-ica");
  allowed.purpose = "moved there";
  allowed.owner = "Citrix team";
  explanation.judgement.rules = {&allowed};
  const std::string text = explained(estate, explanation);
  CHECK(contains(text, "    for         moved there\n    owner       Citrix team\n"));
}

}  // namespace
}  // namespace portproof::test
