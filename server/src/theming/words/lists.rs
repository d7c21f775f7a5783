//! Words that are in every official text and say little of what it is about, by language.

/// Words that only hold others together: articles, prepositions, conjunctions, pronouns, auxiliary verbs.
pub(super) const FUNCTION: &[(&str, &str)] = &[
    (
        "en",
        "a an and as at be been being but by for from had has have if in into is it its may nor not of on or our shall that the their them there they to upon was we were which while who whose will with within without you your",
    ),
    (
        "fr",
        "a afin ainsi au aux avec c ce celle celles celui ceux comme d dans de des donc dont du elle elles en entre est et etre eux facon il ils j je l la le les leur leurs lors lui m mais maniere me n ne ni nos notre nous on ont ou par pas pour qu que qui quoi s sa sans se ses si soit son sont sous sur t un une vers vos votre vous y",
    ),
    (
        "es",
        "a al ante con como contra cual cuales cuyo de del desde e el ella ellas ellos en entre es esta este ha han hacia hasta la las le les lo los mas mi ni no o para pero por que quien se sea sean ser si sin sobre son su sus u un una unas uno unos y ya",
    ),
    (
        "it",
        "a ad agli ai al alla alle allo che coi col come con da dagli dai dal dalla dalle de degli dei del dell della delle dello di e ed gli i il in la le lo ma ne nei nel nella nelle o per si su sua sue sui sul sulla tra un una uno",
    ),
    (
        "pt",
        "a ao aos as com como da das de do dos e em entre na nas no nos o os ou para pela pelas pelo pelos por que se sem seu seus sobre sua suas um uma",
    ),
    (
        "de",
        "als am an auf aus bei bis das dass dem den der des die durch ein eine einem einen einer eines für im in ist mit nach oder sich sie sind über um und vom von vor zu zum zur zwischen",
    ),
    (
        "nl",
        "aan als bij dat de der des die door een en het in is met naar of om onder op over te tot uit van voor zijn",
    ),
    (
        "ru",
        "а без бы в во для до если ее его же за и из или им их к как когда ко ли на не ни но о об от по под при с со также то у что чтобы",
    ),
    ("ar", "أن أو إلى إن التي الذي الذين بين على عن عند غير في كل كما لا ما مع من هو هي و"),
];

/// Words that stand between the last two things of a list. They hold together too.
pub(super) const CONJUNCTION: &[(&str, &str)] = &[
    ("en", "and or nor"),
    ("fr", "et ou ni"),
    ("es", "y e o u ni"),
    ("it", "e ed o"),
    ("pt", "e ou nem"),
    ("de", "und oder sowie"),
    ("nl", "en of"),
    ("ru", "и или"),
];

/// Languages in which what says more of a word stands behind it.
pub(super) const HEAD_FIRST: &[&str] = &["ar", "es", "fr", "it", "pt", "ro"];

/// Words that point back, and take up what was said before.
pub(super) const POINTER: &[(&str, &str)] = &[
    ("en", "this these those such said"),
    ("fr", "ce cet cette ces ledit ladite lesdits lesdites tel telle tels telles"),
    ("es", "este esta estos estas dicho dicha dichos dichas ese esa esos esas tal tales"),
    ("it", "questo questa questi queste tale tali"),
    ("pt", "este esta estes estas esse essa tal tais"),
    ("de", "dieser diese dieses diesen diesem solche solcher"),
    ("ru", "этот эта это эти этого этой этих этим этому такой такие таких"),
    ("ar", "هذا هذه ذلك تلك"),
];

/// Words that say how official texts go about things: that they adopt measures and promote efforts at the national
/// level is so of nearly all of them, so a theme with such a name is seldom what a paragraph is about.
pub(super) const COMMON: &[(&str, &str)] = &[
    (
        "en",
        "access accessibility age aged accession action activity adaptation adoption agreement aim amendment application \
      appropriate appropriation approach area aspect basis benefit capacity case challenge change character charge \
      circumstance class commitment competence concern condition consideration constitution content contract \
      contribution control cooperation cost country course data decision declaration definition degree delivery \
      description development direction discussion distribution document effect effort element employment ending \
      enforcement establishment evaluation event exchange execution exercise expert explanation fact factor field \
      form framework frequency function fund future global goal good government group guarantee guideline idea \
      identification implementation importance improvement incentive increase index indicator individual information \
      initiative input institution instrument integration interest international internationalism interpretation \
      interpreter introduction issue item law leader level life limit list location loss man management manager mass \
      material matter means measure measurement mechanism meeting member method mission model monitoring movement name \
      nation national nationalism nationality nationalization need network norm number objective obligation observation \
      office officer operation opinion opportunity order organization origin output paper part participant \
      participation partnership party path people percentage performance period person personnel place plan planning \
      point policy population position possibility power practice preparation present presentation principle priority \
      problem procedure process progress proportion proportionality publicity production product programme progress project promotion proposal protection provision \
      public publication purpose quality quantity question range rate ratio reason recognition recommendation record \
      recovery reduction reform region relation release report reporting representation request requirement research \
      resource response responsibility restoration result review right risk role rule scale scope sector series service \
      session set setting share side signature site situation social socialism society source space staff stage \
      standard state statement station status step stock strategy strength structure study subject supply support \
      system target task technique term test text time training transfer treatment type unit use utilization value view \
      visit volume way well word work world year",
    ),
    (
        "fr",
        "acces acte age action activite adaptation adhesion adoption affaire aide amelioration amendement application \
      approche appropriation appui arrangement aspect assistance attribution avis base besoin but cadre capacite cas \
      chapitre charge circonstance classe commun commune communication competence compte concert concours condition \
      consequence constitution contenu contrat contribution controle cooperation cours course critere date debat \
      decision declaration definition degre delai description designation destination detail developpement direction \
      discussion disposition distribution document domaine don donnee droit duree echange echelle effet effort element \
      emploi enonce ensemble entree epoque equipe espace esprit etablissement etape etat etude evaluation execution \
      exemple exercice existence experience expression fait faveur fin fonction fond fonds force formation forme foyer \
      frais garantie general gestion gouvernement groupe homme idee identification importance indicateur individu \
      information initiative institution instrument integration interet internationalisme international interpretation \
      interprete jour lieu ligne limite liste livre loi lutte maintien mandat marche masse matiere membre mesure \
      methode milieu mise mission mode modele modification monde mouvement moyen nation nationalisme nationalite \
      nationalisation nature necessite niveau nombre nom norme objectif objet obligation observation offre operation \
      ordre organe organisation orientation origine part participation partie pays periode personne personnel peuple \
      place plan planification point politique population position possibilite poste pouvoir pratique preparation \
      preservatif prestation principe priorite prise probleme procedure processus production produit programme progres \
      projet promotion proportion proportionnalite proposition protection publication qualite question raison rang rapport realisation \
      recommandation recours reduction reforme regime region regle reglement relation renforcement renseignement \
      representant reponse reseau respect responsabilite ressource restaurant restauration resultat retour reunion role \
      route rythme secteur section sens serie service session seuil signature site situation social socialisme societe \
      somme soutien stade station statut strategie structure suite sujet systeme tache taux technique temps terme test \
      texte titre traitement traite transfert travail type unite usage utilisation valeur vie visa viol voie volume vue \
      zone",
    ),
    (
        "es",
        "acceso accion acto actividad acuerdo adaptacion edad adhesion adopcion ambito analisis apoyo aplicacion apropiacion \
      area articulo asistencia aspecto asunto ayuda base beneficio cambio campo capacidad caracter cargo caso centro \
      circunstancia clase comunidad comunicacion concepto condicion conjunto consecuencia consideracion constitucion \
      contenido contexto contrato contribucion control cooperacion criterio cuenta cuestion cumplimiento curso dato \
      decision declaracion definicion demanda derecho desarrollo descripcion destino dia direccion disposicion \
      distribucion documento edad efecto ejecucion ejercicio elemento empleo enfoque entrada escala esfera esfuerzo \
      espacio estado estrategia estructura estudio etapa evaluacion examen existencia experiencia experto expresion \
      factor fase fin fondo forma fomento formacion fuente fuerza funcion funcionamiento garantia gasto general gestion \
      gobierno grado grupo hecho hombre idea identificacion importancia incremento indicador individuo informacion \
      iniciativa institucion instrumento integracion interes internacionalismo internacional interpretacion interprete \
      intercambio lengua ley libro limite linea lista logro lucha lugar mandato manera marco materia material medicion \
      medida medio mejora mercado metodo miembro mision modelo momento movimiento mundo nacion nacional nacionalismo \
      nacionalidad nacionalizacion naturaleza necesidad nivel nombre norma numero objetivo objeto obligacion operacion \
      opinion oportunidad orden organismo organizacion origen pais papel parte participacion participante paso periodo \
      persona personal perspectiva plan planificacion plazo poblacion poder politica posibilidad posicion practica \
      preparacion presencia principio prioridad problema procedimiento proceso produccion producto programa progreso proporcion \
      promocion propuesta proposito proteccion proyecto publicacion publico pueblo punto razon reconocimiento recurso \
      red reduccion reforma regimen region registro regla relacion representante requisito respeto respuesta \
      responsabilidad resultado retorno reunion revision riesgo sector seguimiento sentido serie servicio sesion \
      sistema sitio situacion social socialismo sociedad solicitud suministro tarea tasa tecnica tema termino texto \
      tiempo tipo titulo trabajo transferencia tratado tratamiento unidad uso utilizacion valor via vida visita \
      voluntad zona",
    ),
    (
        "ru",
        "аспект база возможность вопрос время выполнение группа данные действие деятельность доклад документ доступ \
      единица задача закон значение изменение информация использование источник качество контроль лицо личность мера \
      место метод механизм мнение население народ национализм национальность необходимость норма обеспечение область \
      обмен образ общество объект обязательство операция определение орган организация основа отношение оценка \
      период план повышение поддержка подход позиция показатель политика положение помощь порядок потребность право \
      практика предложение предмет принцип принятие проблема программа прогресс проект производство процедура процесс \
      развитие размер результат рекомендация ресурсы решение роль ряд сектор система ситуация служба случай соглашение \
      содействие создание состояние социализм союз средства срок стандарт статус страна стратегия структура сфера текст \
      требование улучшение управление уровень условие усилие услуга устав участие участник фактор фонд форма функция \
      цель часть человек число член элемент этап язык",
    ),
    (
        "ar",
        "اتفاق إجراء احترام أساس استخدام استراتيجية أسلوب إطار إعلان التزام أمر أهداف برنامج بلد تدبير تطبيق تعاون تعزيز \
      تقرير تنفيذ تنمية جزء جمهور حالة حق خدمات دعم دور دولة شأن شخص شرط شكل صدد طبيعة عالم عضو عمل عمليات غرض فرد قانون قرار \
      قطاع قيمة مادة مبدأ مجال مجتمع مجموعة مسألة مستوى مشاركة مشروع مصدر مكان منطقة منظمات موارد نتائج نص نظام نوع هدف هيئة \
      وثيقة وسائل وضع وقت",
    ),
    (
        "zh",
        "保护 必要 标准 部门 材料 参与 产品 程序 措施 单位 地区 地位 调查 对象 发展 法律 方案 方法 方式 服务 改善 改革 个人 工作 \
      供应 公共 管理 国家 国际 合作 环节 活动 基础 机构 机会 机制 计划 技术 价值 交流 交换 教训 结构 进程 经验 决定 开发 控制 框架 \
      类型 利益 领域 目标 目的 能力 评价 期间 情况 区域 权力 人民 人口 人员 任务 社会 生活 生产 声明 时间 实施 事实 数据 水平 \
      特性 提供 条件 通过 统计 文件 问题 系统 限制 项目 信息 行动 形式 宣言 选择 研究 要求 义务 意见 因素 影响 用途 原则 责任 战略 \
      政策 支持 职能 职务 指标 制度 质量 资料 资源 自然 组织 作用",
    ),
];

/// Words that say what sort of body one is, when they stand with a capital in its name.
pub(super) const BODY: &[(&str, &str)] = &[
    (
        "en",
        "agency assembly authority bank bureau commission committee conference congress council court department \
      federation forum fund institute ministry mission office organisation organization parliament programme \
      secretariat summit tribunal union",
    ),
    (
        "fr",
        "agence assemblee autorite banque bureau commission comite conference congres conseil cour departement \
      federation fonds forum institut ministere mission office organisation parlement programme secretariat sommet \
      tribunal union",
    ),
    (
        "es",
        "agencia asamblea autoridad banco comision comite conferencia congreso consejo corte cumbre departamento \
      federacion fondo foro instituto ministerio mision oficina organismo organizacion parlamento programa secretaria \
      tribunal union",
    ),
    (
        "ru",
        "агентство ассамблея банк комиссия комитет конгресс конференция министерство организация парламент программа \
      секретариат совет союз суд трибунал фонд форум",
    ),
];
