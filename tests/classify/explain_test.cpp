#include "classify/explain.hpp"

#include <doctest/doctest.h>

#include "tests/classify/estate_builder.hpp"
#include "tests/support/application.hpp"

namespace portproof::test {
namespace {

using Ids = std::vector<std::string>;

Ids ids(const std::vector<const BookedRule*>& rules) {
  Ids ids;
  for (const BookedRule* const booked : rules) ids.push_back(booked->rule->id);
  return ids;
}

// The estate, with or without its inventory.
class Desk {
 public:
  explicit Desk(bool with_inventory = true, const std::string& more = {}) : catalog_(estate_catalog()) {
    auto read = parse_inventory(std::string(kEstate) + more, "site.toml", catalog_);
    REQUIRE(read);
    inventory_ = std::move(*read);
    used_ = with_inventory ? &inventory_ : nullptr;
  }
  [[nodiscard]] Expected<std::vector<Explanation>> ask(const ExplainRequest& request) {
    book_.emplace(catalog_, used_);
    return portproof::explain(request, catalog_, used_, *book_);
  }
  [[nodiscard]] Explanation explain(const ExplainRequest& request) {
    const auto explanations = ask(request);
    REQUIRE(explanations);
    REQUIRE(explanations->size() == 1);
    return explanations->front();
  }

 private:
  Catalog catalog_;
  Inventory inventory_;
  const Inventory* used_{nullptr};
  std::optional<RuleBook> book_;
};

}  // namespace

TEST_CASE("explain: roles, hosts and addresses are equally valid ends") {
  Desk desk;
  for (const char* const from : {"ddc", "role:ddc", "ddc1", "10.20.1.10"}) {
    for (const char* const to : {"vda", "vdas", "10.20.2.77"}) {
      CAPTURE(from);
      CAPTURE(to);
      const Explanation explanation = desk.explain({from, to, Transport::tcp, 80});
      CHECK(explanation.judgement.verdict == Verdict::documented);
      CHECK(ids(explanation.documenting) == Ids{"ddc-vda-http"});
      CHECK(explanation.question.initiator.listed);
    }
  }
}

TEST_CASE("explain: shows what is documented close to what is not") {
  Desk desk;
  const Explanation turned = desk.explain({"vda", "ddc", Transport::tcp, 80});
  CHECK(turned.judgement.reason == Reason::reversed_direction);
  CHECK(turned.documenting.empty());
  CHECK(ids(turned.reversed) == Ids{"ddc-vda-http"});
  CHECK(ids(turned.on_port) == Ids{"storefront-ddc-xml"});
  CHECK(ids(turned.between) == Ids{"ddc-vda-soap"});
  const Explanation denied = desk.explain({"internet", "cloud-connector", Transport::tcp, 22});
  CHECK(denied.judgement.reason == Reason::denied);
  CHECK(ids(denied.denying) == Ids{"connector-no-inbound"});
}

TEST_CASE("explain: an application may be given") {
  Desk desk;
  CHECK(desk.explain({"ddc", "vda", Transport::tcp, 80, application("rdp")}).judgement.reason ==
        Reason::application_mismatch);
}

TEST_CASE("explain: icmp has no port") {
  Desk desk;
  const Explanation explanation = desk.explain({"adm", "adc", Transport::icmp, 8});
  CHECK(explanation.question.port == 0);
  CHECK(explanation.judgement.verdict == Verdict::documented);
  CHECK(explanation.judgement.qualifiers.none());
}

TEST_CASE("explain: an address is whatever the inventory says it is") {
  Desk desk;
  CHECK(desk.explain({"10.20.2.1", "203.0.113.7", Transport::tcp, 443}).judgement.reason ==
        Reason::name_not_seen);
  CHECK(desk.explain({"10.20.7.7", "10.20.7.8", Transport::tcp, 8000}).judgement.verdict ==
        Verdict::unrelated);
}

TEST_CASE("explain: without an inventory roles still answer, addresses are unknown") {
  Desk desk(false);
  CHECK(desk.explain({"ddc", "vda", Transport::tcp, 80}).judgement.verdict == Verdict::documented);
  CHECK(desk.explain({"10.0.0.1", "10.0.0.2", Transport::tcp, 1494}).judgement.reason ==
        Reason::no_inventory);
}

TEST_CASE("explain: a host's other roles do not hide its own name") {
  Desk desk;
  CHECK(desk.explain({"ddc1", "vda", Transport::tcp, 80}).question.initiator.host == "ddc1");
}

TEST_CASE("explain: a name that a role and a host share is answered for both") {
  Desk desk(true, "[[host]]\nname = \"vda\"\naddresses = [\"10.20.1.77\"]\nroles = [\"dns-server\"]\n");
  const auto both = desk.ask({"ddc", "vda", Transport::tcp, 80});
  REQUIRE(both);
  REQUIRE(both->size() == 2);
  CHECK((*both)[0].judgement.verdict == Verdict::documented);
  CHECK((*both)[1].judgement.reason == Reason::unexpected_destination);
  CHECK((*both)[1].question.responder.host == "vda");
  CHECK(desk.explain({"ddc", "role:vda", Transport::tcp, 80}).judgement.verdict == Verdict::documented);
  CHECK(desk.explain({"ddc", "host:vda", Transport::tcp, 80}).question.responder.host == "vda");
  CHECK(desk.ask({"vda", "vda", Transport::tcp, 80})->size() == 4);
}

TEST_CASE("explain: a host that is just what its name says needs no second answer") {
  Desk desk(true, "[[host]]\nname = \"vda\"\naddresses = [\"10.20.1.77\"]\nroles = [\"vda\"]\n");
  CHECK(desk.explain({"ddc", "vda", Transport::tcp, 80}).judgement.verdict == Verdict::documented);
}

TEST_CASE("explain: a host is named by an allowance if all its addresses are") {
  Desk desk(true,
            "[[allow]]\nid = \"a\"\nfrom = [\"10.20.1.0/24\"]\nto = [\"vdas\"]\ntransport = \"tcp\"\n"
            "ports = [\"9999\"]\n");
  CHECK(desk.explain({"ddc1", "vdas", Transport::tcp, 9999}).judgement.verdict == Verdict::documented);
  CHECK(desk.explain({"10.20.1.20", "10.20.2.1", Transport::tcp, 9999}).judgement.verdict ==
        Verdict::documented);
  // The role alone is at no address.
  CHECK(desk.explain({"ddc", "vdas", Transport::tcp, 9999}).judgement.verdict != Verdict::documented);
}

TEST_CASE("explain: an unknown end is a usage error") {
  Desk desk;
  const auto explanation = desk.ask({"ddcc", "vda", Transport::tcp, 80});
  REQUIRE_FALSE(explanation);
  CHECK(explanation.error().kind == ErrorKind::usage);
  CHECK(explanation.error().what.find("did you mean \"ddc\"?") != std::string::npos);
  CHECK_FALSE(desk.ask({"vda", "role:ddc1", Transport::tcp, 80}));
  CHECK_FALSE(desk.ask({"vda", "host:ddc", Transport::tcp, 80}));
  CHECK_FALSE(desk.ask({"10.20.2.0/24", "vda", Transport::tcp, 80}));
}

}  // namespace portproof::test
