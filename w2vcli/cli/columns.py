"""The columns of answers: of rows, and the properties of one thing.

A command may have answers of several kinds, such as ``w2v load`` and ``w2v load --list``. Here are the columns of all
of them, so that a misspelt ``--fields`` is told before the work, and that `w2vcli.cli.command_line` describes them.
Commands with few columns, or with other uses for them, have them in their own modules.
"""

from __future__ import annotations

COLUMNS = {
    command: tuple(names.split())
    for command, names in {
        "train": (
            "model words vector_size files bytes undecodable_bytes lines empty_lines sentences read stop_words "
            "numbers joined min_count epochs total trained subsampled below_min_count held_out per_epoch loss "
            "changed different_words vocabulary engine memory disk checkpoint words_per_second seconds consider"
        ),
        "read": (
            "corpus files bytes undecodable_bytes lines empty_lines sentences words stop_words numbers joined tokens"
        ),
        "rerun": "model vectors.npy file same was now",
        "load": "model path name words vector_size format duplicates download vectors bytes licence description",
        "rm": "model what bytes path",
        "info": (
            "model path words vector_size source tokenizer training subwords dtype words_escaped created "
            "versions sha256 format_version static variants bytes methods bibtex file format compressed "
            "words_promised undecodable_words empty_words duplicates zero_vectors nan_vectors norm_min "
            "norm_median norm_max fault what GiB"
        ),
        "convert": "output format words vector_size vectors",
        "rank": "word1 word2 similarity rank relative word",
        "distance": "similarity distance",
        "predict": "word probability",
        "vector": "word vector",
        "embed": "text vector",
        "why": (
            "word1 word2 context share count1 count2 pmi1 pmi2 log_dice1 log_dice2 similarity accounted shared "
            "occurrences1 occurrences2 documents1 documents2 together contexts lines lines_together file line "
            "left word right"
        ),
        "shell": "word similarity low high again first count word1 word2 topn model words vector_size line answer",
        "plot": (
            "output words labels groups method library perplexity n_neighbors explained_variance seed model "
            "epochs loss measure training validation"
        ),
        "explore": "output words bytes",
        "projector": "output words vector_size groups",
        "features": (
            "word axis value low high least most variants_low variants_high pairs given agreeing pair_dir "
            "reliability share_of_pairs p_value share_of_words doubt negative positive agreement language slice "
            "place count"
        ),
        "encode": (
            "text word id integer one_hot embedding word1 word2 one_hot_distance one_hot_similarity "
            "one_hot_angle distance similarity angle output shape vocabulary unknown padding numbers zeros"
        ),
        "pairs": "target context label sentences words below_min_count subsampled pairs noise",
        "lookup": (
            "word row words vector_size largest_difference multiplications product_seconds lookup_seconds "
            "times_faster product vector"
        ),
        "lecture": "topic title command",
        "evaluate": (
            "model minus set section measure value low high correct covered questions variants_low variants_high"
        ),
        "paths": "what bytes path",
        "classify test": (
            "classifier texts accuracy low high unknown seen baseline_accuracy baseline_low baseline_high "
            "labels confusion classes label precision recall f1"
        ),
        "classify train": (
            "model network parameters labels training validation epochs best_epoch kept_epoch loss accuracy "
            "val_loss val_accuracy val_accuracy_low val_accuracy_high baseline_val_accuracy "
            "majority_val_accuracy label_counts history"
        ),
        "language-model train": (
            "model network parameters training validation epochs best_epoch kept_epoch perplexity "
            "baseline_perplexity history"
        ),
    }.items()
}
# What other columns there are, which depend on what is asked.
MORE_COLUMNS = {
    "info": "what is within another has a row of its own, such as source.origin, but not in JSON",
    "vector": "a column for each value, called 1, 2 and so on, but not in JSON",
    "embed": "a column for each value, called 1, 2 and so on, but not in JSON",
    "shell": "those of :vector, :plot and :models, which are commands of their own",
    "features": "a column for each axis",
    "encode": "a column for each number, called 1, 2 and so on or by its word, but not in JSON",
}
