extension Menu {
    /// Queues in trees; `Menu.read` explains the form.
    static let queueTable = """
        /queue/tree table add disable enable remove reset-counters reset-counters-all set
          ro bytes dropped invalid packet-rate packets pcq-queues queued-bytes queued-packets rate
          bucket-size text =0.1
          burst-limit rate =0
          burst-threshold rate =0
          burst-time time =0s
          comment text ?
          disabled bool =false
          limit-at rate =0
          max-limit rate =0
          name text !
          packet-mark text
          parent text !
          priority num =8
          queue ref:/queue/type =default-small
        /queue/interface table set
          ro active-queue default-queue interface
          queue text !
        """
}
