/// The menus of queues beside the simple ones.
///
/// Notation: `RouterSchema`.
let queueMenus = #"""
    /queue/tree table
      does add disable enable remove reset-counters(numbers) reset-counters-all set
      rw bool disabled=false
      rw duration burst-time=0s
      rw list packet-mark
      rw number bucket-size=0.1 burst-limit burst-threshold limit-at max-limit priority=8
      rw row(/queue/tree|global) parent!
      rw row(/queue/type) queue=default-small
      rw text comment name
      ro bool invalid
      ro number bytes dropped packet-rate packets pcq-queues queued-bytes queued-packets rate
    /queue/type table
      does add remove set
      rw bool cake-autorate-ingress cake-nat cake-wash codel-ecn fq-codel-ecn=true
      rw choice(bfifo|pfifo|red|sfq|pcq|mq-pfifo|none|codel|fq-codel|cake) kind!
      rw choice(diffserv3|diffserv4|diffserv8|besteffort|precedence) cake-diffserv=diffserv3
      rw choice(none|atm|ptm) cake-atm=none
      rw choice(none|filter|aggressive) cake-ack-filter=none
      rw duration cake-rtt=100ms codel-ce-threshold codel-interval=100ms codel-target=5ms fq-codel-ce-threshold
      rw duration fq-codel-interval=100ms fq-codel-target=5ms pcq-burst-time=10s
      rw flags(src-address|dst-address|src-port|dst-port) pcq-classifier
      rw list cake-overhead-scheme
      rw number bfifo-limit=15000 cake-bandwidth cake-memlimit cake-mpu cake-overhead codel-limit=1000
      rw number fq-codel-flows=1024 fq-codel-limit=10240 fq-codel-memlimit=33554432 fq-codel-quantum=1514
      rw number mq-pfifo-limit=50 pcq-burst-rate pcq-burst-threshold pcq-dst-address-mask=32 pcq-dst-address6-mask=128
      rw number pcq-limit=50 pcq-rate pcq-src-address-mask=32 pcq-src-address6-mask=128 pcq-total-limit=2000
      rw number pfifo-limit=50 red-avg-packet=1000 red-burst=20 red-limit=60 red-max-threshold=50 red-min-threshold=10
      rw number sfq-allot=1514 sfq-perturb=5
      rw text cake-flowmode=triple-isolate cake-rtt-scheme=none name!
      ro bool default
    """#
