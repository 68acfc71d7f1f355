import RialtoValues

/// Requests of instances: what comes of one is known at once, and told when its time has come.
extension Engine {
    /// Lets a request be answered.
    mutating func ask(_ intent: Intent, of instance: InstanceRef) throws(EngineError) {
        let text = intent.text >= 0 ? instance.pointee.sink.texts[Int(intent.text)].text : ""
        let answer: RequestAnswer
        do throws(RequestFailure) {
            answer =
                try instance.pointee.requests?(text, now_ns, intent.expireTime_ns)
                ?? .refused("this run allows no requests")
        } catch {
            let account = setup.accounts[instance.pointee.account]
            throw .request(
                instance: account.instances[instance.pointee.book - 1].id, reason: error.reason,
                time_ns: now_ns)
        }
        record(answer, to: intent.orderId, of: instance)
        let (due, overflow) = now_ns.addingReportingOverflow(max(1, answer.latency_ns))
        let at = overflow ? Int64.max - 1 : due
        schedule.add(
            .response(
                instance: instance.pointee.index,
                ResponseReport(
                    time_ns: at, id: intent.orderId, status: answer.status,
                    headers: answer.headers, body: answer.body)), at: at)
    }

    /// Who asks must know its book before it first does: no report of its own comes before that.
    mutating func tellBooksToAsking(at time: Int64) {
        for instance in instances
        where instance.pointee.kinds.has(.responses) && instance.pointee.kinds.has(.account) {
            schedule.add(.accountReport(instance: instance.pointee.index), at: time)
        }
    }
}
