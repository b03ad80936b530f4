/** The texts of the sample in Spanish. They say nothing of a version, and changing a byte makes another share of it. Rule [FL20]. */

export const WELCOME_ES = `Te damos la bienvenida a Shoal

Estás compartiendo esta carpeta. Se creó para que hagas pruebas, y no hay nada tuyo en ella.

Qué pasa aquí
  1. Los archivos se dividieron en fragmentos (chunks) de 1 MiB como máximo, y de cada fragmento se calculó un hash. Los hashes
     juntos forman la raíz de este recurso: la palabra larga que empieza por "baf". Los mismos bytes tienen la misma raíz en
     cualquier máquina.
  2. El enlace de este recurso contiene esa raíz. Quien tenga el enlace puede pedir los fragmentos y comprueba cada uno con su
     hash; así nadie por el camino puede cambiar un byte sin que se note.
  3. Los archivos se quedan donde están. No se subió nada: no hay servidor al que subirlo. Mientras Shoal esté abierto en esta
     máquina, otros pueden descargar de ella; cuando no, pueden descargar de todos los demás que tengan el contenido.

Haz la prueba
  - Copia el enlace, ábrelo en Shoal en otra máquina (o en un segundo perfil de esta) y mira cómo llegan los fragmentos.
  - Durante la descarga, cierra Shoal en uno de los lados y ábrelo otra vez. Sigue donde estaba.
  - Deja que una tercera máquina lo descargue también. Recibe fragmentos de las otras dos. Después apaga la primera.

Qué hay en la carpeta
  - bienvenida.txt                      este texto (welcome.txt en inglés, bem-vindo.txt en portugués)
  - como-funcionan-los-enjambres.txt    una página sobre lo que ves
  - shoal.svg                           una imagen, dibujada para esta carpeta
  - noise-24-mib.bin                    24 MiB que no significan nada

El ruido está ahí para que una transferencia dure lo bastante para poder mirarla. Se genera (el flujo de clave de AES-256 en modo
contador, con la clave "shoal sample noise" pasada por SHA-256 y el contador desde cero), no esconde nada, y ningún programa lo
abre. Puedes borrar la carpeta entera: quita antes el recurso, o Shoal te avisará de que sus archivos ya no están.
`

export const HOW_SWARMS_WORK_ES = `Cómo funcionan los enjambres

Un servidor entrega archivos enteros, una cola de clientes tras otra. Un enjambre no tiene mostrador. Quien quiere un archivo
recibe algunas partes de alguien y las da a otros, y la mayor parte del tiempo todos son cliente y tienda a la vez.

Fragmentos
  Un archivo se divide en fragmentos. Cada uno tiene un hash, un número tan largo que nunca dos fragmentos distintos tuvieron el
  mismo. De la lista de hashes también se calcula un hash, y ese es el que lleva el enlace. De una sola palabra corta se
  sigue cada byte; por eso no importa de quién venga un fragmento. El de un desconocido vale tanto como el de un amigo si su
  hash es correcto, y no vale nada si no lo es.

Encontrarse
  En una misma red, las máquinas llaman y escuchan. Más lejos usan una tabla hash distribuida (DHT): cada máquina guarda una
  pequeña parte de un gran directorio, la parte cuyos números están cerca del suyo. Para saber quién tiene un archivo,
  pregunta a alguien cuyo número esté más cerca del número del archivo que el tuyo; conoce a alguien más cercano aún. Cada paso
  reduce la distancia a la mitad; entre un millón de máquinas bastan unos veinte pasos, y ninguna lo conoce todo.

Elegir
  ¿Qué fragmento descargar primero? El que menos gente tiene. Si se va el último que lo tiene, se pierde; cuando lo tengas tú,
  habrá dos. Si todos eligen así, los fragmentos raros pronto son comunes, y cada uno tiene siempre algo que a otro le falta.
  Los últimos fragmentos se piden a varios a la vez, para que un par lento no retrase el final.

Dar
  Una máquina puede enviar bien a unos pocos o mal a muchos. Por eso hay plazas. Son para quienes más devuelven y, de vez en
  cuando, para alguien nuevo, que todavía no tiene nada que dar y merece un comienzo.

Irse
  Las máquinas se apagan, los cables se desenchufan, los portátiles se cierran. Nadie se despide; solo hay silencio. ¿Era una
  respuesta lenta, o ya no hay respuesta? No se puede saber, solo sospechar. Tras un tiempo de silencio el par es sospechoso, y
  sus fragmentos se piden a otros; si vuelve a hablar, ha vuelto, y el único daño fue un fragmento pedido dos veces.

Cuánto dura
  Cuenta las copias del fragmento más raro. Si hay tres, dos máquinas cualesquiera pueden irse y todo sigue ahí. Ese número,
  menos uno, es a cuántas salidas sobrevive un archivo. Es la única promesa que puede hacer un enjambre, y se puede leer en la
  pantalla en cualquier momento.
`
