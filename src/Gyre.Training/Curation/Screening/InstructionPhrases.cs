using System.Text.RegularExpressions;

namespace Gyre.Training.Curation.Screening;

/// <summary>Phrases that speak to a model and not to a reader, by kind.</summary>
internal static partial class InstructionPhrases
{
    /// <summary>The phrases, strongest first.</summary>
    public static IReadOnlyList<(string Kind, Regex Pattern)> All { get; } =
    [
        ("override-phrase", Override()), ("override-phrase", OverrideGerman()), ("override-phrase", OverrideRomance()), ("override-phrase", NewTask()), ("override-phrase", NewTaskGerman()),
        ("prompt-extraction", Extraction()), ("role-change", Role()), ("role-change", RoleGerman()), ("chat-markup", Markup()), ("model-address", Address()), ("answer-steering", Steering()),
    ];

    /// <summary>True when any phrase stands in a text; used for text that was hidden or encoded, where less is needed.</summary>
    public static bool AddressModel(string text) => All.Any(phrase => phrase.Pattern.IsMatch(text)) || Imperative().IsMatch(text);

    [GeneratedRegex(
        """
        \b(?:ignore|disregard|forget|neglect|override|bypass|skip|abandon|discard)\b(?:\s+(?:about|all|any|every|everything|the|of|your|my|these|those|that|other|it|to|obey|follow|and|entirely|completely)\b){0,6}\s+
        (?:(?:previous|prior|preceding|above|earlier|former|foregoing|past|initial|original|existing|current|provided|given|system|safety|you\s+(?:know|knew|were\s+told|have\s+been\s+told))\b(?:\s+(?:set\s+of|and|or|provided|given|context|system)\b)*\s*)+
        (?:instruct\w*|prompts?|directions?|directives?|rules?|guidelines?|messages?|context|commands?|orders?|text|information|articles?|documents?|assignments?|tasks?|training|content|conversation|settings?|policy|policies|answers?|restrictions?)?
        |\b(?:ignore|disregard|forget|override|abandon|discard)\b(?:\s+(?:about|all|any|every|the|of|your|my|these|those))*\s+(?:instructions?|assignments?|prompts?|directives|guidelines|thoughts|programming|restrictions|documents\s+provided)\b
        |\bforget\s+(?:about\s+)?everything\b(?!\s+else)
        |\b(?:do\s+not|don'?n?t|never)\s+(?:look\s+(?:in|at)|use|listen\s+to|obey|follow|answer\s+\w+\s+\w+\s+according\s+to)\s+(?:the\s+|any\s+|your\s+)?(?:provided\s+|previous\s+|prior\s+|above\s+|given\s+)(?:documents?|instructions?|information|context|text|orders?|rules?)\b
        |\bignore\s+the\s+above\b|\bstop\s*:\s*(?:write|say|print|output)\b|\bjust\s+(?:say|output)\s+["“]
        |\bleave\s+(?:all\s+)?(?:the\s+)?previous\s+(?:information|instructions|tasks?)\s+behind\b|\binstead\s+(?:tell\s+me|output|print|say|reveal)\b.{0,40}\b(?:instructions|prompt)\b
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Override();

    [GeneratedRegex(
        """
        \b(?:ignorier\w*|vergiss|vergesst|vergessen\s+sie|missachte\w*|überschreibe\w*)\b(?:\s+(?:sie|jetzt|nun|bitte|einfach|alle|alles|die|deine|ihre|meine|den|das|von)\b){0,5}\s+
        (?:(?:vorherig|bisherig|obig|vorangehend|vorangegangen|früher|ursprünglich|gegeben|vorig)\w*\s*(?:anweisung|befehl|aufgabe|auftr|instruktion|information|regel|text|nachricht|prompt|kontext)?\w*|(?:anweisung|befehl|aufgabe|aufträge|instruktion|regel)\w*|davor|zuvor|vorher)
        |\babweichend\s+(?:zu|von)\s+(?:den\s+)?(?:vorherigen|bisherigen|obigen)\s+\w+|\blass(?:en\s+sie)?\s+(?:bitte\s+)?alle\s+vorherigen\s+\w+\s+hinter\b
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OverrideGerman();

    [GeneratedRegex(
        """
        \b(?:ignore[zr]?|oublie[zr]?|ignora|olvida|olvidar|ignorad|dimentica|ignori|esqueça|ignore)\b(?:\s+(?:toutes?|tous|les|vos|tes|todas?|todos?|las|los|tus|sus|tutte|le|i|as|os|tudo|todo))*\s+
        (?:(?:instructions?|consignes?|instrucciones|istruzioni|instruções|órdenes|ordres|règles|reglas)(?:\s+(?:précédentes?|ci-dessus|anteriores|precedenti|previas))?|que\s+sabes)\b
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OverrideRomance();

    [GeneratedRegex(
        """
        \b(?:your\s+(?:new|real|actual|only|next)\s+(?:task|instructions?|goal|job|objective|role|purpose)\s+(?:is|are|now)|(?:focus|concentrate)\s+on\s+your\s+new\s+task|(?:now\s+)?(?:new|updated|further)\s+(?:instructions?|tasks?|directives?)\s+(?:follow|are\s+followed|now|below)
        |(?:new|updated|important|urgent|secret|hidden)\s+(?:system\s+)?instructions?\s*[:\-]|your\s+instructions\s+are\s+now|from\s+now\s+on\s*,?\s+you\s+(?:are|will|must|should|have)|(?:start|begin)(?:ing)?\s+with\s+a\s+new\s+task|we\s+start\s+with\s+a\s+new\s+task|={3,}\s*end\b)
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NewTask();

    [GeneratedRegex(
        """
        \b(?:konzentriere\s+dich\s+(?:jetzt\s+|nun\s+|nur\s+)*auf|deine\s+neue\s+aufgabe|nun\s+folgen\s+weitere\s+aufgaben|(?:jetzt\s+kommt|wir\s+beginnen\s+mit)\s+eine[rm]?\s+neuen?\s+aufgabe|neue\s+anweisung(?:en)?\s*:|hilf\s+mir\s+nun\s+mit\s+folgender\s+aufgabe|das\s+(?:genügt|ist\s+erledigt)\.\s+(?:bitte|verfasse|schreibe))
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NewTaskGerman();

    [GeneratedRegex(
        """
        \b(?:show|reveal|repeat|print|output|display|tell\s+me|give\s+me|leak|copy|return|encode|translate|summari[sz]e|share|list|spell-?\s?check\s+and\s+(?:print|display)|zeige?n?|gib|wiederhole)\b(?:\s+(?:me|mir|us|all|alle|of|back|to|the|everything|in|above|what|are|were|full|entire|exact|your|you|my|deine|ihre|den|die))*\s+
        (?:system\s+prompt|system\s+(?:instructions?|message)|initial\s+(?:prompt|instructions?)|hidden\s+(?:prompt|instructions?)|(?:starting|original|first|secret)\s+(?:prompt|instructions?)|prompt-?\s?texte?\b|prompts?\s+text|above\s+prompt|(?<=\byour\s)(?:instructions?|prompts?|embeddings)|(?<=\byour\s)prompt)
        |\bwhat\s+(?:are|were|was|is)\s+your\s+(?:system|initial|original|exact|hidden|first)\s+(?:prompt|instructions?)|\b(?:at\s+the\s+)?beginning\s+of\s+this\s+(?:prompt|conversation)|\bvollständigen\s+prompt|\bwhat\s+(?:were|was)\s+(?:you\s+told|written)\s+(?:before|at\s+the\s+beginning)
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Extraction();

    [GeneratedRegex(
        """
        \byou\s+are\s+(?:now|no\s+longer)\s+(?:(?:an?|the|in|my|called|going\s+to|free|bound)\b|[A-Z]{2,})|\bnow\s+you\s+are\s+\p{L}+|\b(?:i\s+want\s+you\s+to|you\s+(?:will|must|should|are\s+going\s+to))\s+(?:act|behave|pretend|function|respond)\s+(?:as|like|to\s+be)\b
        |\b(?:act|behave)\s+as\s+(?:an?|the|if)\s+(?:\w+\s+){0,3}(?:terminal|interpreter|console|compiler|debater|storyteller|unrestricted|unfiltered|evil|hacker|jailbroken|dan)\b|\bpretend\s+(?:to\s+be|you\s+(?:are|can|have)|that\s+you)\b|\b(?:do\s+anything\s+now|DAN\s+(?:mode|can)|developer\s+mode|jailbreak\s+mode|maintenance\s+mode|god\s+mode)\b
        |\bimagine\s+you\s+are\s+(?:the|a|an)\s+\w+.{0,40}\bwho\s+are\s+you\b|\byou\s+are\s+the\s+\w+\.\s+(?:as\s+the|please)\b|\brepeat\s+after\s+me\b|\banswer\s+(?:at\s+all\s+times|without\s+(?:any\s+)?(?:restrictions|filters|ethics))\b|\byou\s+are\s+supposed\s+to\s+answer\b
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Role();

    [GeneratedRegex(
        """
        \b(?:jetzt|nun|ab\s+jetzt|von\s+nun\s+an)\s+bist\s+du\b|\bich\s+möchte,?\s+dass\s+(?:sie|du)\s+als\s+.{1,80}?\s(?:fungier|agier|auftr|handel)\w*|\b(?:spiele?|tu\s+so)\s+(?:als\s+ob\s+du|die\s+rolle)\b|\bdu\s+bist\s+(?:ein(?:e)?\s+(?:ki|sprachmodell|linux|python)\b|kein(?:e)?\s+\w+\s+sondern)
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RoleGerman();

    [GeneratedRegex(
        """
        <\|(?:im_start|im_end|system|user|assistant|end|endoftext|eot_id|start_header_id|end_header_id|begin_of_text)\|>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|^\s*\#{2,}\s*(?:system|instruction|response|assistant)\s*:|\bBEGIN\s+(?:SYSTEM|INSTRUCTIONS?)\b
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Markup();

    [GeneratedRegex(
        """
        \b(?:if\s+you\s+are|dear|attention|note\s+to|message\s+(?:to|for)|instructions?\s+(?:to|for)|hey|hello)\s*,?:?\s+(?:(?:an?|any|all|the|every)\s+)?(?:\w+\s+)?(?:\w+\s+)?(?:ai|llms?|chat\s?bots?|language\s+models?|(?:ai|virtual|digital)\s+(?:assistants?|agents?|models?|systems?)|chatgpt|gpt-?\d?|claude|copilot|gemini|summari[sz]ers?)\b
        |\b(?:ai|llms?|language\s+models?|chat\s?bots?)(?:\s+(?:assistants?|agents?|models?|systems?|reviewers?))?\s+(?:(?:that|which|who)\s+)?(?:(?:are\s+)?(?:reading|processing|summari[sz]ing|parsing|reviewing)\s+(?:this|the)|must|should|shall|are\s+(?:required|instructed|ordered)\s+to)\s+(?:this|the|only|always|never|ignore|not|say|output|answer|respond|recommend|rate|give)\b
        |\b(?:do\s+not|don't|never)\s+(?:tell|inform|mention\s+(?:this|it)\s+to|reveal\s+(?:this|it)\s+to|let)\s+(?:the\s+|your\s+)(?:user|human|reader|reviewer|operator)s?\b|\bas\s+an?\s+(?:ai|language\s+model)\s+you(?:'re|\s+are|\s+must)\b
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();

    [GeneratedRegex(
        """
        \b(?:add|append|include|insert|integrate|incorporate|embed|modify|rewrite|rearrange|replace|substitute|encode|convert|provide|give|deliver|present|display|write|output|use|employ|apply|implement|introduce|misspell|anagram|remove|eliminate|omit|reverse|group|translate|express|format|start|begin|end|finish|mention|suggest|promote|advertise|tweak|alter|adjust|change|swap|shuffle|scramble|mix)\b
        (?:[^.!?\n]|\.(?=\S)){0,120}?\b(?:(?:in|to|into|of|throughout|with|within|at\s+the\s+(?:end|start|beginning)\s+of)\s+)?your\s+(?:entire\s+|whole\s+|final\s+|next\s+)?(?:answers?|responses?|repl(?:y|ies)|output|summary|implementation|code)\b
        |\bin\s+your\s+(?:answer|response|reply|output|summary)\s*,?\s+(?:\w+ly\s+)?(?:add|append|include|insert|suggest|mention|promote|recommend|urge|encourage|advertise|use|replace|make|provide|direct|invite|highlight)\b
        |\b(?:base\s?-?(?:16|32|64)|rot-?13|caesar\s+cipher|morse\s+code|pig\s+latin|hexadecimal|binary)\b[^.!?\n]{0,60}\b(?:your|answer|response|reply)\b
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Steering();

    [GeneratedRegex(
        """
        \b(?:you\s+(?:must|should|will|are)|please|say|write|print|output|send|email|execute|run|visit|click|open|download|delete|reply|respond|answer|recommend|approve|transfer|forward)\b.{2,}\b(?:user|assistant|prompt|instructions?|response|password|secret|key|http|www\.|@|review|positive)\b
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Imperative();
}
