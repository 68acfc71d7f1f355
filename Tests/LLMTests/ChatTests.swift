import RialtoLLM
import Testing

private let prompt = Prompt(template: "t/1", system: "role", user: "market", form: .decisions)

private func settings(_ provider: ChatProvider) -> ChatSettings {
    ChatSettings(
        provider: provider, model: "m", tokensMax: 500, temperature: 1.5, seed: 7)
}

@Suite struct `A call` {
    @Test(arguments: ChatProvider.allCases)
    func `is JSON, the same bytes every time, and holds no key`(provider: ChatProvider) throws {
        let call = ChatCall(settings: settings(provider), prompt: prompt)
        let body = try JSONText.strict(call.body)
        #expect(body.line == call.body)
        #expect(body["model"]?.string == "m")
        #expect(call.promptTokensMax > Int64(call.body.utf8.count))
        let keys = call.headers.filter { $0.contains(ChatCall.keyPlaceholder) }
        #expect(keys.count == (provider == .ollama ? 0 : 1))
    }

    @Test func `asks each provider for what it can hold`() throws {
        func format(_ settings: ChatSettings) throws -> String? {
            let body = try JSONText.strict(ChatCall(settings: settings, prompt: prompt).body)
            return body["response_format"]?["type"]?.string
        }
        #expect(try format(settings(.openAI)) == "json_schema")
        #expect(try format(settings(.ollama)) == "json_schema")
        #expect(try format(settings(.qwen)) == "json_schema")
        #expect(try format(settings(.deepSeek)) == "json_object")
        var older = settings(.qwen)
        older.knowsSchema = false
        #expect(try format(older) == "json_object")
        #expect(try format(settings(.anthropic)) == nil)
    }

    @Test func `shows an example, and the word JSON, where there is no schema`() throws {
        let body = ChatCall(settings: settings(.deepSeek), prompt: prompt).body
        let system = try JSONText.strict(body)["messages"]?.items.first?["content"]?.string ?? ""
        #expect(system.contains("JSON") && system.contains("\"decisions\""))
        let example = AnswerForm.decisions.example.drop { $0 != "{" }
        let read = AnswerReader.read(String(example))
        #expect(read.decisions.map(\.action) == [.hold] && read.repairs.isEmpty)
    }

    @Test func `to Anthropic keeps the system apart and its temperature within 1`() throws {
        let call = ChatCall(settings: settings(.anthropic), prompt: prompt)
        let body = try JSONText.strict(call.body)
        #expect(body["system"]?.string == "role")
        #expect(body["temperature"] == .number("1.0"))
        #expect(body["max_tokens"]?.integer == 500)
        #expect(body["output_format"]?["schema"] == DecisionSchema.node)
        #expect(body["seed"] == nil && body["messages"]?.items.count == 1)
    }

    @Test func `repeats an answer with what was wrong in it`() throws {
        let correction = ChatCall.Correction(answer: "x", fault: "no JSON")
        let call = ChatCall(settings: settings(.openAI), prompt: prompt, correction: correction)
        let roles = try JSONText.strict(call.body)["messages"]?.items.compactMap {
            $0["role"]?.string
        }
        #expect(roles == ["system", "user", "assistant", "user"])
    }

    @Test func `has a schema in which every field is required and nothing else is allowed`() {
        func check(_ node: JSONNode) {
            if node["type"]?.string == "object" {
                let names = node["properties"]?.members.map(\.key) ?? []
                #expect(node["required"]?.items.compactMap(\.string) == names)
                #expect(node["additionalProperties"] == .flag(false))
            }
            node.members.forEach { check($0.value) }
            node.items.forEach(check)
        }
        check(DecisionSchema.node)
        check(DecisionSchema.opinions)
    }
}

@Suite struct `A provider's answer` {
    private func answer(
        _ body: String, _ provider: ChatProvider = .openAI, status: Int32 = 200
    ) -> ChatAnswer {
        ChatAnswer(provider: provider, status: status, body: body.utf8)
    }

    private func choice(_ message: String, _ finish: String) -> String {
        """
        {"choices":[{"message":{\(message)},"finish_reason":"\(finish)"}],"usage":\
        {"prompt_tokens":100,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":40}}}
        """
    }

    @Test func `is a text with its tokens, each counted once`() {
        let read = answer(choice("\"content\":\"hi\"", "stop"))
        #expect(read.outcome == .text("hi"))
        #expect(read.usage == ChatUsage(input: 60, cached: 40, output: 7))
        let deep = answer(
            """
            {"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}],"usage":\
            {"prompt_tokens":100,"completion_tokens":7,"prompt_cache_hit_tokens":90,\
            "prompt_cache_miss_tokens":10}}
            """, .deepSeek)
        #expect(deep.usage == ChatUsage(input: 10, cached: 90, output: 7))
    }

    @Test func `of Anthropic is the text of its blocks`() {
        let read = answer(
            """
            {"content":[{"type":"thinking","thinking":"no"},{"type":"text","text":"a"},\
            {"type":"text","text":"b"}],"stop_reason":"end_turn","usage":{"input_tokens":5,\
            "output_tokens":6,"cache_read_input_tokens":7,"cache_creation_input_tokens":8}}
            """, .anthropic)
        #expect(read.outcome == .text("ab"))
        #expect(read.usage == ChatUsage(input: 5, cached: 7, cacheWritten: 8, output: 6))
    }

    @Test func `that was cut, declined or left blank is told apart`() {
        #expect(answer(choice("\"content\":\"{\"", "length")).outcome == .truncated)
        #expect(answer(choice("\"refusal\":\"no\"", "stop")).outcome == .refused("no"))
        #expect(
            answer(choice("\"content\":null", "content_filter")).outcome
                == .refused("content_filter"))
        let blank = answer(choice("\"content\":\"  \\n \"", "stop"))
        #expect(blank.outcome == .blank && blank.isRetryable)
        let cut = "{\"content\":[],\"stop_reason\":\"max_tokens\"}"
        #expect(answer(cut, .anthropic).outcome == .truncated)
        let declined = "{\"content\":[],\"stop_reason\":\"refusal\"}"
        #expect(answer(declined, .anthropic).outcome == .refused("refusal"))
        let odd = answer(choice("\"content\":\"x\"", "tool_calls")).outcome
        #expect(odd == .unreadable("the finish tool_calls is unknown"))
    }

    @Test func `that failed says how, and whatever bytes it has it is read`() {
        let limited = answer("{\"error\":{\"message\":\"slow down\"}}", status: 429)
        #expect(limited.outcome == .failed("status 429: slow down"))
        #expect(answer("", status: -3).outcome == .failed("no answer in time"))
        let bytes = ChatAnswer(provider: .openAI, status: 200, body: [0xFF, 0xFE])
        #expect(bytes.outcome == .unreadable("the body is no UTF-8"))
        let whole = Array(choice("\"content\":\"hi\"", "stop").utf8)
        for cut in whole.indices {
            let part = ChatAnswer(provider: .openAI, status: 200, body: whole[..<cut])
            guard case .unreadable = part.outcome else {
                Issue.record("cut at \(cut): \(part.outcome)")
                return
            }
        }
    }

    @Test func `that counts tokens wrongly is not believed`() {
        let odd = """
            {"choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":\
            {"prompt_tokens":-5,"completion_tokens":7}}
            """
        #expect(answer(odd).usage == nil)
    }
}
