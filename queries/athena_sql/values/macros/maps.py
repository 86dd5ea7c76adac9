"""Macros of maps: their entries, and aggregates that make them."""

MACROS = (
    """create macro trino_keys_fit(keys, items) as
    case when len(keys) <> len(items)
            then trino_fail('Key and value arrays must be the same length') = 0
        when trino_has_null(keys) then trino_fail('map key cannot be null') = 0
        when len(list_distinct(keys)) < len(keys)
            then trino_fail('Duplicate map keys are not allowed') = 0
        else true end""",
    """create macro trino_map(keys, items) as
    if(keys is null or items is null, null,
       map(if(trino_keys_fit(keys, items), keys, []),
           if(trino_keys_fit(keys, items), items, [])))""",
    """create macro trino_map_from_entries(a) as
    trino_map(list_transform(a, lambda e: e.f1), list_transform(a, lambda e: e.f2))""",
    """create macro trino_map_entries(m) as
    list_transform(map_entries(m), lambda e: struct_pack(f1 := e.key, f2 := e.value))""",
    """create macro trino_map_concat(a, b) as if(a is null or b is null, null, map_concat(a, b))""",
    # Entries without a NULL as a key; a key's first value stays.
    """create macro trino_entries(entries) as
    list_filter(entries, lambda e: e.key is not null)""",
    """create macro trino_entry_keys(entries) as
    list_transform(trino_entries(entries), lambda e: e.key)""",
    """create macro trino_map_agg(entries) as
    if(len(trino_entries(entries)) = 0, null, map_from_entries(
        if(len(list_distinct(trino_entry_keys(entries))) = len(trino_entry_keys(entries)),
           trino_entries(entries),
           list_filter(trino_entries(entries),
               lambda e, i: list_position(trino_entry_keys(entries), e.key) = i))))""",
    """create macro trino_multimap_agg(entries) as
    if(len(trino_entries(entries)) = 0, null, map(
        trino_distinct(trino_entry_keys(entries)),
        list_transform(trino_distinct(trino_entry_keys(entries)), lambda k: list_transform(
            list_filter(trino_entries(entries), lambda e: e.key = k), lambda e: e.value))))""",
)
