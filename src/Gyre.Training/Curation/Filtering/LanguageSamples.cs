namespace Gyre.Training.Curation.Filtering;

/// <summary>Short texts in languages with Latin letters, written for learning to tell them apart.</summary>
internal static class LanguageSamples
{
    private const string English =
        """
        The shop on the corner opens at nine every morning, and by then there is usually someone waiting outside. We would like to know whether you have this jacket in a smaller size,
        because the one that I ordered last week does not fit me. Children learn quickly when they are allowed to try things for themselves, but they should never be left alone with fire.
        It has been raining since yesterday, so the children stayed at home and played with their friends. What did you think about the book which I gave you? He said that he had not read it yet.
        Scientists have found that water can exist under the surface of some planets, although nobody has seen it. Please write a short letter to the manager and explain why the train was late.
        Most people who live in large cities use the bus or ride a bicycle to work. If you want to build a strong bridge, you must first understand how much weight it should carry.
        My grandmother was born in a small village where there were only twelve houses and a church. She could tell many stories about the war, but she rarely did. Which of these answers is right?
        The government announced new rules for schools, hospitals and companies with more than fifty workers. Thank you very much for your help; we will send the money as soon as possible.
        Describe how plants turn light into sugar and why this is important for all animals. They walked through the forest until night fell and then they looked for a dry place to sleep.
        """;

    private const string German =
        """
        Der Laden an der Ecke öffnet jeden Morgen um neun Uhr, und meistens wartet dann schon jemand vor der Tür. Wir möchten gerne wissen, ob es diese Jacke auch in einer kleineren Größe gibt,
        weil die, die ich letzte Woche bestellt habe, mir nicht passt. Kinder lernen schnell, wenn sie Dinge selbst ausprobieren dürfen, aber man sollte sie nie allein mit Feuer lassen.
        Seit gestern regnet es, deshalb sind die Kinder zu Hause geblieben und haben mit ihren Freunden gespielt. Was hältst du von dem Buch, das ich dir gegeben habe? Er sagte, dass er es noch nicht gelesen hat.
        Forscher haben herausgefunden, dass es unter der Oberfläche mancher Planeten Wasser geben kann, obwohl es niemand gesehen hat. Bitte schreiben Sie einen kurzen Brief an den Leiter und erklären Sie, warum der Zug zu spät kam.
        Die meisten Menschen, die in großen Städten wohnen, fahren mit dem Bus oder mit dem Fahrrad zur Arbeit. Wer eine feste Brücke bauen will, muss zuerst verstehen, welches Gewicht sie tragen soll.
        Meine Großmutter wurde in einem kleinen Dorf geboren, in dem nur zwölf Häuser und eine Kirche standen. Sie konnte viele Geschichten über den Krieg erzählen, aber sie tat es selten. Welche dieser Antworten ist richtig?
        Die Regierung hat neue Regeln für Schulen, Krankenhäuser und Firmen mit mehr als fünfzig Mitarbeitern angekündigt. Vielen Dank für Ihre Hilfe; wir überweisen das Geld so bald wie möglich.
        Beschreibe, wie Pflanzen Licht in Zucker verwandeln und warum das für alle Tiere wichtig ist. Sie gingen durch den Wald, bis es Nacht wurde, und suchten dann einen trockenen Platz zum Schlafen.
        """;

    private const string French =
        """
        La boutique au coin de la rue ouvre tous les matins à neuf heures, et il y a souvent quelqu'un qui attend devant la porte. Nous aimerions savoir si cette veste existe dans une taille plus petite,
        parce que celle que j'ai commandée la semaine dernière ne me va pas. Les enfants apprennent vite quand on les laisse essayer, mais il ne faut jamais les laisser seuls près du feu.
        Il pleut depuis hier, alors les enfants sont restés à la maison et ils ont joué avec leurs amis. Qu'est-ce que tu as pensé du livre que je t'ai donné ? Il a dit qu'il ne l'avait pas encore lu.
        Des chercheurs ont découvert que l'eau peut exister sous la surface de certaines planètes, bien que personne ne l'ait vue. Veuillez écrire une courte lettre au directeur pour expliquer pourquoi le train était en retard.
        La plupart des gens qui vivent dans les grandes villes prennent le bus ou vont au travail à vélo. Pour construire un pont solide, vous devez d'abord comprendre quel poids il devra porter.
        Ma grand-mère est née dans un petit village où il n'y avait que douze maisons et une église. Elle pouvait raconter beaucoup d'histoires sur la guerre, mais elle le faisait rarement. Laquelle de ces réponses est juste ?
        Le gouvernement a annoncé de nouvelles règles pour les écoles, les hôpitaux et les entreprises de plus de cinquante employés. Merci beaucoup pour votre aide ; nous enverrons l'argent dès que possible.
        Décris comment les plantes transforment la lumière en sucre et pourquoi c'est important pour tous les animaux. Un homme et une femme marchent dans la forêt, puis ils cherchent un endroit sec pour dormir.
        """;

    private const string Spanish =
        """
        La tienda de la esquina abre todas las mañanas a las nueve, y casi siempre hay alguien que espera delante de la puerta. Nos gustaría saber si esta chaqueta existe en una talla más pequeña,
        porque la que pedí la semana pasada no me queda bien. Los niños aprenden rápido cuando se les deja probar las cosas, pero nunca hay que dejarlos solos cerca del fuego.
        Llueve desde ayer, así que los niños se quedaron en casa y jugaron con sus amigos. ¿Qué te pareció el libro que te di? Él dijo que todavía no lo había leído.
        Los científicos han descubierto que puede haber agua bajo la superficie de algunos planetas, aunque nadie la ha visto. Por favor, escriba una carta breve al director y explique por qué el tren llegó tarde.
        La mayoría de las personas que viven en ciudades grandes van al trabajo en autobús o en bicicleta. Si usted quiere construir un puente fuerte, primero debe entender cuánto peso tiene que llevar.
        Mi abuela nació en un pueblo pequeño donde solo había doce casas y una iglesia. Podía contar muchas historias de la guerra, pero pocas veces lo hacía. ¿Cuál de estas respuestas es correcta?
        El gobierno anunció nuevas reglas para las escuelas, los hospitales y las empresas con más de cincuenta trabajadores. Muchas gracias por su ayuda; enviaremos el dinero lo antes posible.
        Describe cómo las plantas convierten la luz en azúcar y por qué eso es importante para todos los animales. Caminaron por el bosque hasta que cayó la noche y luego buscaron un lugar seco para dormir.
        """;

    private const string Italian =
        """
        Il negozio all'angolo apre ogni mattina alle nove, e di solito c'è già qualcuno che aspetta davanti alla porta. Vorremmo sapere se questa giacca esiste anche in una taglia più piccola,
        perché quella che ho ordinato la settimana scorsa non mi va bene. I bambini imparano in fretta quando possono provare le cose da soli, ma non bisogna mai lasciarli soli vicino al fuoco.
        Piove da ieri, quindi i bambini sono rimasti a casa e hanno giocato con i loro amici. Che cosa pensi del libro che ti ho dato? Lui ha detto che non lo aveva ancora letto.
        Gli scienziati hanno scoperto che l'acqua può esistere sotto la superficie di alcuni pianeti, anche se nessuno l'ha vista. Per favore, scriva una breve lettera al direttore e spieghi perché il treno era in ritardo.
        La maggior parte delle persone che vivono nelle grandi città va al lavoro in autobus o in bicicletta. Se volete costruire un ponte solido, dovete prima capire quanto peso deve portare.
        Mia nonna è nata in un piccolo paese dove c'erano soltanto dodici case e una chiesa. Sapeva raccontare molte storie sulla guerra, ma lo faceva di rado. Quale di queste risposte è giusta?
        Il governo ha annunciato nuove regole per le scuole, gli ospedali e le aziende con più di cinquanta dipendenti. Grazie mille per il vostro aiuto; manderemo i soldi il prima possibile.
        Descrivi come le piante trasformano la luce in zucchero e perché questo è importante per tutti gli animali. Camminarono nel bosco finché scese la notte, poi cercarono un posto asciutto per dormire.
        """;

    private const string Portuguese =
        """
        A loja da esquina abre todas as manhãs às nove horas, e quase sempre há alguém que espera em frente à porta. Gostaríamos de saber se este casaco existe num tamanho mais pequeno,
        porque aquele que encomendei na semana passada não me serve. As crianças aprendem depressa quando podem experimentar as coisas sozinhas, mas nunca se deve deixá-las perto do fogo.
        Está a chover desde ontem, por isso as crianças ficaram em casa e brincaram com os seus amigos. O que você achou do livro que eu lhe dei? Ele disse que ainda não o tinha lido.
        Os cientistas descobriram que pode existir água sob a superfície de alguns planetas, embora ninguém a tenha visto. Por favor, escreva uma carta curta ao diretor e explique por que o comboio chegou atrasado.
        A maioria das pessoas que vivem nas grandes cidades vai para o trabalho de autocarro ou de bicicleta. Se você quer construir uma ponte forte, tem primeiro de entender quanto peso ela deve suportar.
        A minha avó nasceu numa aldeia pequena onde havia apenas doze casas e uma igreja. Ela sabia contar muitas histórias da guerra, mas raramente o fazia. Qual destas respostas está certa?
        O governo anunciou novas regras para as escolas, os hospitais e as empresas com mais de cinquenta trabalhadores. Muito obrigado pela sua ajuda; enviaremos o dinheiro assim que for possível.
        Descreva como as plantas transformam a luz em açúcar e por que isso é importante para todos os animais. Eles caminharam pela floresta até que a noite caiu e depois procuraram um lugar seco para dormir.
        """;

    private const string Dutch =
        """
        De winkel op de hoek gaat elke ochtend om negen uur open, en meestal staat er dan al iemand voor de deur te wachten. Wij willen graag weten of dit jasje ook in een kleinere maat bestaat,
        omdat het jasje dat ik vorige week heb besteld mij niet past. Kinderen leren snel wanneer zij dingen zelf mogen proberen, maar je moet ze nooit alleen laten bij vuur.
        Het regent sinds gisteren, dus de kinderen zijn thuis gebleven en hebben met hun vrienden gespeeld. Wat vond je van het boek dat ik je gegeven heb? Hij zei dat hij het nog niet gelezen had.
        Onderzoekers hebben ontdekt dat er water kan zijn onder het oppervlak van sommige planeten, hoewel niemand het gezien heeft. Schrijf alstublieft een korte brief aan de directeur en leg uit waarom de trein te laat was.
        De meeste mensen die in grote steden wonen, gaan met de bus of met de fiets naar hun werk. Als u een sterke brug wilt bouwen, moet u eerst begrijpen hoeveel gewicht zij moet dragen.
        Mijn grootmoeder werd geboren in een klein dorp waar maar twaalf huizen en een kerk stonden. Zij kon veel verhalen over de oorlog vertellen, maar dat deed ze zelden. Welke van deze antwoorden is juist?
        De regering heeft nieuwe regels aangekondigd voor scholen, ziekenhuizen en bedrijven met meer dan vijftig werknemers. Hartelijk dank voor uw hulp; wij sturen het geld zo snel mogelijk.
        Beschrijf hoe planten licht in suiker veranderen en waarom dat belangrijk is voor alle dieren. Zij liepen door het bos tot het nacht werd en zochten toen een droge plek om te slapen.
        """;

    /// <summary>A text a language.</summary>
    public static IReadOnlyDictionary<string, string> Texts { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["en"] = English, ["de"] = German, ["fr"] = French, ["es"] = Spanish, ["it"] = Italian, ["pt"] = Portuguese, ["nl"] = Dutch,
    };
}
