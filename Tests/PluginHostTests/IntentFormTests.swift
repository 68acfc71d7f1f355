import RialtoEngine
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

/// What an instance of rogue C text answered to one batch of three bars.
private func answer(_ body: String) throws -> (consumed: Int?, sink: IntentSink, failure: String) {
    let scratch = try ScratchFolder()
    let folder = try installSource(rogueSource(body), name: "rogue", in: scratch.path)
    let instance = try StrategyInstance(
        try PluginLibrary(folder: folder),
        InstanceRequest(
            pluginId: "org.rialto.test.rogue", parameters: [], instruments: [sketchCoin()],
            indices: [0], seed: 1))
    let market = MarketSketch([(100, 101, 99, 100), (100, 102, 98, 101), (101, 103, 100, 102)])
    var batch = EventBatch()
    batch.count = 3
    batch.singleKind = EventKind.bars.rawValue
    batch.bars = market.feed.bars
    var sink = IntentSink()
    let consumed = instance.onBatch(batch, &sink)
    return (consumed, sink, instance.failure)
}

@Suite struct `An instance's intents` {
    @Test func `arrive whole, with their texts`() throws {
        let (consumed, sink, failure) = try answer(
            """
            rialto_intent_t *t = put(intents, RIALTO_INTENT_TARGET);
            t->row = 1; t->quantity = -5; t->stop_price = 90; t->reason = 7;
            rialto_intent_t *n = put(intents, RIALTO_INTENT_NOTE);
            n->row = 2; n->text_offset = 1; n->text_size = 5;
            memcpy(intents->text, "-hello", 6);
            intents->text_count = 6;
            """)
        #expect(consumed == 3 && failure.isEmpty)
        #expect(sink.intents.count == 2 && sink.texts == [IntentText(key: "", text: "hello")])
        #expect(sink.intents[0].quantity == -5 && sink.intents[0].stopPrice == 90)
        #expect(
            sink.intents[0].row == 1 && sink.intents[0].reason == 7 && sink.intents[0].text == -1)
        #expect(sink.intents[1].kind == .note && sink.intents[1].text == 0)
    }

    @Test func `say how an order is to be worked`() throws {
        let (_, sink, failure) = try answer(
            """
            rialto_intent_t *o = put(intents, RIALTO_INTENT_ORDER);
            o->side = 1; o->order_type = 1; o->order_id = 1; o->quantity = 9;
            o->algorithm = RIALTO_ALGORITHM_ICEBERG; o->algorithm_duration_ns = 60;
            o->algorithm_quantity = 3; o->algorithm_rate_e6 = 500;
            """)
        #expect(failure.isEmpty && sink.intents.count == 1)
        #expect(sink.intents[0].algorithm == 4 && sink.intents[0].algorithmDuration_ns == 60)
        #expect(sink.intents[0].algorithmQuantity == 3 && sink.intents[0].algorithmRate_e6 == 500)
    }

    @Test(arguments: [
        ("put(intents, 10);", "of kind 10"),
        ("put(intents, 9);", "a request has an id"),
        ("put(intents, RIALTO_INTENT_TARGET)->instrument = 1;", "instrument 1 is not its own"),
        ("put(intents, RIALTO_INTENT_TARGET)->quantity = INT64_MIN;", "out of range"),
        ("put(intents, RIALTO_INTENT_TARGET)->stop_price = -1;", "out of range"),
        (
            "rialto_intent_t *o = put(intents, RIALTO_INTENT_ORDER); o->side = 3;",
            "none that exists"
        ),
        (
            """
            rialto_intent_t *o = put(intents, RIALTO_INTENT_ORDER);
            o->side = 1; o->order_type = 1; o->order_id = 1; o->quantity = -2;
            """, "above zero"
        ),
        (
            """
            rialto_intent_t *o = put(intents, RIALTO_INTENT_ORDER);
            o->side = 1; o->order_type = 2; o->order_id = 1; o->quantity = 2;
            """, "do not fit the order type"
        ),
        ("put(intents, RIALTO_INTENT_CANCEL);", "names an order id"),
        ("put(intents, RIALTO_INTENT_TIMER);", "a timer has a time"),
        ("put(intents, RIALTO_INTENT_LOG)->text_size = 1;", "outside the buffer"),
        (
            """
            rialto_intent_t *n = put(intents, RIALTO_INTENT_SET);
            n->key_offset = 0xFFFFFFF0u; n->key_size = 0x20u;
            """, "outside the buffer"
        ),
        ("intents->text_count = 1u << 20; put(intents, RIALTO_INTENT_LOG);", "runs over"),
        ("intents->count = 5000;", "5000 intents, allowed is 1024"),
        ("*out_consumed = 0;", "read nothing"),
        ("return -7;", "answered -7"),
    ])
    func `end the instance when they break the contract`(body: String, expected: String) throws {
        let (consumed, _, failure) = try answer(body)
        #expect(consumed == nil)
        #expect(failure.contains(expected), "\(failure)")
    }

    @Test(arguments: [
        ("put(intents, RIALTO_INTENT_TARGET)->row = 3;", "a row that was not read"),
        (
            "put(intents, RIALTO_INTENT_NOTE)->row = 1; put(intents, RIALTO_INTENT_NOTE)->row = 0;",
            "rows that fall"
        ),
        ("*out_consumed = batch->count + 1;", "more than there was"),
    ])
    func `end it in the engine too, and the run goes on`(body: String, what: String) throws {
        let scratch = try ScratchFolder()
        let folder = try installSource(rogueSource(body), name: "rogue", in: scratch.path)
        let instance = try StrategyInstance(
            try PluginLibrary(folder: folder),
            InstanceRequest(
                pluginId: "org.rialto.test.rogue", parameters: [], instruments: [sketchCoin()],
                indices: [0], seed: 1))
        var run = SketchRun(market: MarketSketch(Array(repeating: (100, 101, 99, 100), count: 3)))
        let rogue = StrategyPort(
            kinds: instance.needs.kinds, isOpenLoop: true, historyRows: 0,
            onBatch: { batch, sink in
                guard let consumed = instance.onBatch(batch, &sink) else { return .failed("") }
                return .consumed(consumed)
            })
        run.accounts = [run.account([rogue, script([0: [.target(2)]])])]
        let outcome = try run.execute()
        #expect(outcome.of(.event).map { $0[3] } == [3], "\(what)")
        #expect(outcome.fills.count == 1)
    }
}
