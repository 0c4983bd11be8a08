;; The golden module of version 1: it touches every field of the contract. `v1.wasm` is its component, built once for
;; each release candidate and never again after 1.0.0, which it holds the host to: it must keep loading and answering.
;;
;; It reads a post as a request for gardening, with the text as its features and the moment of writing as its slot, and
;; gives a candidate load + 10 * helped-before + 100 * same-area. One whose post has a text gets a second reason, with the
;; text's first byte and the moment of writing, from its part of the columns.
;;
;; Memory: 1,024 answer; 2,048 manifest; 2,816 needs and gives; 8,192 verdicts;
;; 65,536 readings; 131,072 what the host passes; 262,144 slots and reasons.
(module
  (memory (export "memory") 16)
  (global $free (mut i32) (i32.const 131072))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
    (local.set $at (global.get $free))
    (global.set $free (i32.and (i32.add (i32.add (local.get $at) (local.get 3)) (i32.const 7)) (i32.const -8)))
    (local.get $at))

  ;; The manifest: two categories, languages and referrals, one reason, each text in both languages.
  (func (export "INTERFACE#describe") (result i32) (i32.const 2408))
  (data (i32.const 2048)
    "golden\00\001.0.0\00\00\00garden\00\00nl\00\00Tuinfr\00\00Jard"
    "in\00\00\18\08\00\00\02\00\00\00\1c\08\00\00\04\00\00\00 \08\00\00\02\00\00\00$\08\00\00\06\00\00\00groc"
    "eries\00\00\00nl\00\00Boodschappenfr\00\00Courses\00X\08\00\00"
    "\02\00\00\00\5c\08\00\00\0c\00\00\00h\08\00\00\02\00\00\00l\08\00\00\07\00\00\00\10\08\00\00\06\00\00\00,\08\00\00"
    "\02\00\00\00\00\00\00\00L\08\00\00\09\00\00\00t\08\00\00\02\00\00\00\01\00\00\00nl\00\00fr\00\00\bc\08\00\00"
    "\02\00\00\00\c0\08\00\00\02\00\00\00crisis\00\00food-bank\00\00\00\d4\08\00\00\06\00\00\00"
    "\dc\08\00\00\09\00\00\00nearnl\00\00{0} keer, om {1}fr\00\00{0} "
    "fois, \c3\a0 {1}\fc\08\00\00\02\00\00\00\00\09\00\00\10\00\00\00\10\09\00\00\02\00\00\00\14\09\00\00"
    "\10\00\00\00\f8\08\00\00\04\00\00\00$\09\00\00\02\00\00\00{\22type\22:\22object\22}\00\00\00"
    "\00\08\00\00\06\00\00\00\08\08\00\00\05\00\00\00\94\08\00\00\02\00\00\00\c4\08\00\00\02\00\00\00\e8\08\00\00\02\00\00\00"
    "D\09\00\00\01\00\00\00T\09\00\00\11\00\00\00")
  ;; Needs: gardening 900; gives: groceries 500.
  (data (i32.const 2816) "\00\00\84\03\01\00\f4\01")

  (func (export "INTERFACE#read") (param $settings i32) (param $settings_bytes i32) (param $posts i32)
    (param $count i32) (result i32) (local $left i32) (local $at i32) (local $slot i32)
    (local.set $left (local.get $count))
    (local.set $at (i32.const 65536))
    (local.set $slot (i32.const 262144))
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $left)))
      (i32.store16 (local.get $at) (i32.const 1))                                       ;; language: fr
      (i32.store8 offset=2 (local.get $at) (i32.const 2))                               ;; intent: exchange
      (i32.store offset=4 (local.get $at) (i32.const 2816))                             ;; needs
      (i32.store offset=8 (local.get $at) (i32.const 1))
      (i32.store offset=12 (local.get $at) (i32.const 2820))                            ;; gives
      (i32.store offset=16 (local.get $at) (i32.const 1))
      (i32.store8 offset=20 (local.get $at) (i32.const 1))                              ;; conditional
      (i32.store offset=24 (local.get $at) (local.get $slot))                           ;; slots
      (i32.store offset=28 (local.get $at) (i32.const 1))
      (i32.store8 offset=32 (local.get $at) (i32.load8_u (local.get $posts)))           ;; closed: whether a kind is given
      (i32.store8 offset=33 (local.get $at) (i32.load8_u offset=4 (local.get $posts)))  ;; urgent: whether there is a title
      (i32.store8 offset=34 (local.get $at) (i32.const 1))                              ;; referral: food-bank
      (i32.store16 offset=36 (local.get $at) (i32.const 1))
      (i64.store offset=40 align=4 (local.get $at) (i64.load offset=16 align=4 (local.get $posts)))  ;; features: the text
      (i32.store8 (local.get $slot) (i32.load8_u offset=28 (local.get $posts)))         ;; weekday
      (i32.store16 offset=2 (local.get $slot) (i32.load16_u offset=30 (local.get $posts)))  ;; from-minute
      (i32.store16 offset=4 (local.get $slot) (i32.const 1440))                         ;; to-minute
      (i32.store8 offset=6 (local.get $slot) (i32.const 1))                             ;; days-ahead: the day
      (i32.store16 offset=8 (local.get $slot) (i32.load8_u offset=27 (local.get $posts)))
      (local.set $slot (i32.add (local.get $slot) (i32.const 10)))
      (local.set $at (i32.add (local.get $at) (i32.const 48)))
      (local.set $posts (i32.add (local.get $posts) (i32.const 32)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next)))
    (i32.store (i32.const 1024) (i32.const 65536))
    (i32.store (i32.const 1028) (local.get $count))
    (i32.const 1024))

  ;; One question, and as many candidates as there are.
  (func (export "INTERFACE#assess") (param $settings i32) (param $settings_bytes i32) (param $questions i32)
    (param $count i32) (result i32) (local $candidate i32) (local $left i32) (local $at i32) (local $reason i32)
    (local $slots i32) (local $features i32)
    (local.set $candidate (i32.load offset=56 (local.get $questions)))
    (local.set $left (i32.load offset=60 (local.get $questions)))
    (local.set $slots (i32.load offset=104 (local.get $questions)))
    (local.set $features (i32.load offset=128 (local.get $questions)))
    (local.set $at (i32.const 8192))
    (local.set $reason (i32.const 262144))
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $left)))
      (i32.store8 (local.get $at) (i32.const 1))
      (i32.store16 offset=2 (local.get $at) (i32.add
        (i32.add (i32.load16_u offset=16 (local.get $candidate))
                 (i32.mul (i32.load16_u offset=20 (local.get $candidate)) (i32.const 10)))
        (i32.mul (i32.load8_u offset=18 (local.get $candidate)) (i32.const 100))))
      (i32.store8 offset=4 (local.get $at) (i32.const 1))                                ;; one reason: near
      (i32.store offset=4 (local.get $reason) (i32.load16_u offset=16 (local.get $candidate)))
      (i32.store offset=8 (local.get $reason) (i32.load16_u offset=54 (local.get $questions)))
      (local.set $reason (i32.add (local.get $reason) (i32.const 12)))
      (if (i32.load16_u offset=14 (local.get $candidate)) (then
        (i32.store8 offset=4 (local.get $at) (i32.const 2))
        (i32.store offset=4 (local.get $reason) (i32.load8_u (local.get $features)))
        (i32.store offset=8 (local.get $reason) (i32.load16_u (local.get $slots)))
        (local.set $reason (i32.add (local.get $reason) (i32.const 12)))))
      (local.set $features (i32.add (local.get $features) (i32.load16_u offset=14 (local.get $candidate))))
      (local.set $slots
        (i32.add (local.get $slots) (i32.mul (i32.load8_u offset=6 (local.get $candidate)) (i32.const 2))))
      (local.set $at (i32.add (local.get $at) (i32.const 6)))
      (local.set $candidate (i32.add (local.get $candidate) (i32.const 22)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next)))
    (i32.store (i32.const 1024) (i32.const 1032))                                        ;; one answer
    (i32.store (i32.const 1028) (i32.const 1))
    (i32.store (i32.const 1032) (i32.const 8192))                                        ;; its verdicts
    (i32.store (i32.const 1036) (i32.load offset=60 (local.get $questions)))
    (i32.store (i32.const 1040) (i32.const 262144))                                      ;; its reasons
    (i32.store (i32.const 1044)
      (i32.div_u (i32.sub (local.get $reason) (i32.const 262144)) (i32.const 12)))
    (i32.const 1024)))
