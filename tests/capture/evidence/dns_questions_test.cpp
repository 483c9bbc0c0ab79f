#include "capture/evidence/dns_questions.hpp"

#include <doctest/doctest.h>

#include "tests/support/captured_frame.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

Packet packet_between(const char* source, std::uint16_t source_port, const char* destination,
                      std::uint16_t destination_port) {
  Packet packet;
  packet.protocol = kProtocolUdp;
  packet.source = parse_ip_address(source).value();
  packet.destination = parse_ip_address(destination).value();
  packet.source_port = source_port;
  packet.destination_port = destination_port;
  return packet;
}

DnsQuestion question_with(std::uint16_t id, bool is_answer) {
  DnsQuestion question;
  question.id = id;
  question.is_answer = is_answer;
  question.type = 1;
  question.text[0] = 'a';
  question.size = 1;
  return question;
}

const Packet kAsk = packet_between("10.0.0.1", 50000, "10.0.0.53", 53);
const Packet kAnswer = packet_between("10.0.0.53", 53, "10.0.0.1", 50000);

}  // namespace

TEST_CASE("a question may be answered twice, and asked again") {
  DnsQuestions questions(8);
  CHECK_FALSE(questions.answers(kAnswer, question_with(7, true), kStart));
  questions.ask(kAsk, question_with(7, false), kStart);
  CHECK(questions.answers(kAnswer, question_with(7, true), kStart));
  CHECK(questions.answers(kAnswer, question_with(7, true), kStart + kQuestionLife));
  CHECK_FALSE(questions.answers(kAnswer, question_with(7, true), kStart + kQuestionLife + seconds(1)));
  questions.ask(kAsk, question_with(7, false), kStart + seconds(100));
  CHECK(questions.answers(kAnswer, question_with(7, true), kStart + seconds(101)));
}

TEST_CASE("a question that goes the way of its answer is not the one") {
  DnsQuestions questions(8);
  questions.ask(kAnswer, question_with(7, false), kStart);
  CHECK_FALSE(questions.answers(kAnswer, question_with(7, true), kStart));
}

TEST_CASE("of too many questions the oldest is forgotten, and counted only if it still waited") {
  constexpr std::uint16_t kMost = 8;
  DnsQuestions questions(kMost);
  for (std::uint16_t id = 0; id < kMost; ++id) {
    questions.ask(kAsk, question_with(id, false), kStart + seconds(id));
  }
  CHECK(questions.forgotten() == 0);
  // One that was answered gives way first.
  CHECK(questions.answers(kAnswer, question_with(5, true), kStart + seconds(8)));
  questions.ask(kAsk, question_with(100, false), kStart + seconds(8));
  CHECK(questions.forgotten() == 0);
  questions.ask(kAsk, question_with(101, false), kStart + seconds(8));
  CHECK(questions.forgotten() == 1);
  CHECK_FALSE(questions.answers(kAnswer, question_with(0, true), kStart + seconds(8)));
  CHECK(questions.answers(kAnswer, question_with(1, true), kStart + seconds(8)));
  // Nobody waits for so long.
  for (std::uint16_t id = 200; id < 200 + kMost; ++id) {
    questions.ask(kAsk, question_with(id, false), kStart + seconds(1000));
  }
  CHECK(questions.forgotten() == 1);
}

TEST_CASE("the table grows before it forgets a question that waits") {
  constexpr std::uint16_t kAsked = 8'000;
  DnsQuestions questions(65'536);
  for (std::uint16_t id = 0; id < kAsked; ++id) questions.ask(kAsk, question_with(id, false), kStart);
  CHECK(questions.forgotten() == 0);
  for (std::uint16_t id = 0; id < kAsked; ++id)
    CHECK(questions.answers(kAnswer, question_with(id, true), kStart));
}
